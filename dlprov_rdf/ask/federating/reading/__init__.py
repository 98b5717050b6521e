# SPDX-License-Identifier: Apache-2.0
"""What a query needs, read off its algebra."""
