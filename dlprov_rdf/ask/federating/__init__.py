# SPDX-License-Identifier: Apache-2.0
"""How one question is asked of many labs: what it needs, what each lab is asked, what came."""
