# SPDX-License-Identifier: Apache-2.0
"""What data hold, and by what they are known again: digests, rows, features, files."""
