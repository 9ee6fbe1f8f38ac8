"""The made-up people and companies of the demo data, and the vocabulary that they are made of."""
