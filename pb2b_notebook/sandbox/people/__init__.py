"""The made-up people and companies of the demo data.

``population`` has them, ``vocabulary`` the words that they are made of.
"""
