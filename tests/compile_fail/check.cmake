# SPDX-License-Identifier: GPL-2.0-or-later
# Compiles SOURCE and holds what COMPILER says against the comments at its head:
#   // error: REGEX    must be a part of the compiler's message; without it, SOURCE must compile
#   // line: NUMBER    must be the script's line that the message names
set(ENV{LC_ALL} C)
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} ${SOURCE}
                RESULT_VARIABLE result ERROR_VARIABLE message)

file(READ ${SOURCE} text)
if(NOT text MATCHES "// error: ([^\n]+)")
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${SOURCE} does not compile:\n${message}")
  endif()
  return()
endif()
set(error "${CMAKE_MATCH_1}")
string(REGEX MATCH "// line: ([0-9]+)" ignored "${text}")
set(line "${CMAKE_MATCH_1}")

if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles, but should not")
endif()
if(NOT message MATCHES "${error}")
  message(FATAL_ERROR "the message has no \"${error}\":\n${message}")
endif()
# GCC: ScriptIsMalformedInLine() [with int line = 3]; Clang: ScriptIsMalformedInLine<3>
if(NOT message MATCHES "ScriptIsMalformedInLine(<${line}>|[(][)] .with int line = ${line}])")
  message(FATAL_ERROR "the message does not name line ${line}:\n${message}")
endif()
