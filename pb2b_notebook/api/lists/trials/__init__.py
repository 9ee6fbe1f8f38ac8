"""Find out what this service makes of filters and orders, and apply here what it does not.

==================  ==================================================
Module              What it does
==================  ==================================================
``selection``       the rows of a page that match
``row_order``       whether the service keeps an order
``several_values``  whether it takes several values for one filter
``unlisted_rows``   how many rows it counts and does not list
``probes``          small requests that ask about a list
==================  ==================================================
"""
