// SPDX-License-Identifier: GPL-2.0-or-later
// Carries the precompiled GoogleMock header that scenarios and tests share.
