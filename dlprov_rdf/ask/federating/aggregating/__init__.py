# SPDX-License-Identifier: Apache-2.0
"""What the labs count, add and rank themselves."""
