# SPDX-License-Identifier: Apache-2.0
"""What labs are asked for, in which order, and what came of it."""
