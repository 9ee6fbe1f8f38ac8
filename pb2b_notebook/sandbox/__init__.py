"""A faithful local implementation of the ProspectB2B API."""
