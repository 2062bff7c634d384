// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/program_folder.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

std::string Content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class ProgramFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "halfopen-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    evidence_ = pattern;
  }
  void TearDown() override { fs::remove_all(evidence_); }

  fs::path evidence_;
};

TEST_F(ProgramFolderTest, FilesStayInTheEvidence) {
  fs::path path;
  {
    const ProgramFolder folder(evidence_, "server-nginx",
                               {{"nginx.conf", "events {}\n"}, {"html/deep/index.html", ""}});
    path = folder.path();
    EXPECT_EQ(path, evidence_ / "server-nginx");
  }
  EXPECT_EQ(Content(path / "nginx.conf"), "events {}\n");
  EXPECT_TRUE(fs::is_regular_file(path / "html/deep/index.html"));
}

TEST_F(ProgramFolderTest, ASecondProgramOfTheNameHasItsOwn) {
  const ProgramFolder first(evidence_, "client-nc", {{"a", "1"}});
  const ProgramFolder second(evidence_, "client-nc", {{"a", "2"}});
  EXPECT_EQ(second.path(), evidence_ / "client-nc-2");
  EXPECT_EQ(Content(first.path() / "a"), "1");
}

TEST_F(ProgramFolderTest, AnEmptyOneGoes) {
  { const ProgramFolder folder(evidence_, "client-nc", {}); }
  EXPECT_TRUE(fs::is_empty(evidence_));
}

TEST_F(ProgramFolderTest, ATemporaryOneGoesWithAllThatIsInIt) {
  fs::path path;
  {
    const ProgramFolder folder({}, "client-nc", {{"a/b", "1"}});
    path = folder.path();
    EXPECT_TRUE(fs::exists(path / "a/b"));
  }
  EXPECT_FALSE(fs::exists(path));
}

// The program may be told its folder, and is started in it.
TEST_F(ProgramFolderTest, ItsPathIsAbsolute) {
  const fs::path before = fs::current_path();
  fs::current_path(evidence_);
  const ProgramFolder folder(".", "client-nc", {});
  fs::current_path(before);
  EXPECT_EQ(folder.path().lexically_normal(), fs::canonical(evidence_) / "client-nc");
}

TEST_F(ProgramFolderTest, NoFileIsOutsideIt) {
  for (const std::string name : {"", "/etc/passwd", "..", "../a", "a/../../b", "a/.."}) {
    EXPECT_THROW(ProgramFolder(evidence_, "nc", {{name, "x"}}), std::invalid_argument) << name;
  }
  EXPECT_FALSE(fs::exists(evidence_ / "a"));
  EXPECT_TRUE(fs::is_empty(evidence_)) << "those that were not to be";
}

TEST_F(ProgramFolderTest, AFolderThatCannotBeMadeIsNamed) {
  try {
    const ProgramFolder folder(evidence_ / "missing", "nc", {});
    FAIL() << "it was made";
  } catch (const EnvironmentError& refusal) {
    EXPECT_EQ(refusal.error(), ENOENT);
    EXPECT_THAT(refusal.what(), testing::HasSubstr((evidence_ / "missing/nc").string()));
  }
}

// Files whose names are also folders of others.
TEST_F(ProgramFolderTest, AFileThatIsInTheWayIsNamed) {
  EXPECT_THROW(ProgramFolder(evidence_, "nc", {{"a", "x"}, {"a/b", "y"}}), EnvironmentError);
}

}  // namespace
}  // namespace halfopen
