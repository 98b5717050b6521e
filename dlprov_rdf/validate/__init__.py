# SPDX-License-Identifier: Apache-2.0
"""Whether a graph keeps the rules."""
