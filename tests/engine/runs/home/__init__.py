"""A made-up home: plugs, their appliances, and all that Spot Planner does with them.

The pure core is the real one. What stands around it in Home Assistant, the planner and
the keeper of duties, is here once more without Home Assistant, so that days pass within
a second. Whoever changes how those call the core changes it here too.
"""
