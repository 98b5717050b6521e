# SPDX-License-Identifier: Apache-2.0
"""What people call things, found: runs, models, measures, data, and a question's parameters."""
