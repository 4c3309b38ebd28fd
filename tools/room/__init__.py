"""A hub for a room: one machine, a seat for each learner. Started by python3 course.py hub."""
