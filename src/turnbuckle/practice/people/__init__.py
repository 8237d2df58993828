"""people: web pages on which a person plays the Procore user or the Teams user.

Plain HTML made on the server and one style sheet; no script, nothing from elsewhere. The pages act
through the service's own API, as the person chosen, and only for who has the start-up token.
"""
