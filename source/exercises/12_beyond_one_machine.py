# %% [markdown]
# # 12 · Exercises: Beyond one machine
#
# {badge}
#
# How many workers, what a death costs, and when to stay on one machine. All on paper: none of it needs Ray.
#
# {table 12}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import math

from helpers import course, exercises

course.start("12")

# %% [markdown]
# ## {problem 12.1}
#
# So many million texts, a worker's texts per second, and the hours until they are wanted. How many workers are
# needed at least, if nothing is lost on the way?

# %%
millions, rate, hours = exercises.given("12.1")
print(millions, "million texts,", rate, "per second and worker,", hours, "hours")
# {answer 12.1}

# {check 12.1}

# %% [markdown]
# ## {problem 12.2}
#
# A node that may hand out `cpus`, a pool of `workers`, and what `each` of them takes. Reading asks for one whole CPU
# of what is left. Write the function that says, by True or False, whether anything moves.

# %%
# {answer 12.2}

# {check 12.2}

# %% [markdown]
# ## {problem 12.3}
#
# `wanted` are the numbers of the rows that went in, each once; `found` those in the result. Write the function that
# returns two sorted lists: the lost ones, and those that are there more than once.

# %%
# {answer 12.3}

# {check 12.3}

# %% [markdown]
# ## {problem 12.4}
#
# The seconds of a start, texts per second and worker, and how many workers. From how many texts on is the pool as fast
# as one process that needs no start?

# %%
start, rate, workers = exercises.given("12.4")
print(start, "seconds,", rate, "texts per second,", workers, "workers")
# {answer 12.4}

# {check 12.4}

# %% [markdown]
# ## {problem 12.5}
#
# So many machines, and for each the chance to die in one night. They die independently. How likely is it that in a
# night at least one dies?

# %%
machines, chance = exercises.given("12.5")
print(machines, "machines, each with chance", chance)
# {answer 12.5}

# {check 12.5}

# %% [markdown]
# ## {problem 12.6}
#
# A number of texts, a batch size, and a number of processes. How many steps has an epoch with `split_batches=True`, and
# how many with `split_batches=False`?

# %%
n_texts, size, processes = exercises.given("12.6")
print(n_texts, "texts, batch size", size, "and", processes, "processes")
# {answer 12.6}

# {check 12.6}

# %% [markdown]
# ## {problem 12.7}
#
# The last batch has four texts, and accelerate was told not to fill it up (`even_batches=False`): three went to one
# process, one to the other. Here is the loss of each text. What
# would one process report as the loss of this batch?

# %%
one, other = exercises.given("12.7")
print(one, other)
# {answer 12.7}

# {check 12.7}

# %% [markdown]
# ## {problem 12.8}
#
# A worker dies in the middle of a batch, and another does all of that batch again. Each line says what `__call__`
# does. After which of them is everything as if the batch had been done once?

# %%
does = exercises.given("12.8")
print(*does, sep="\n")
# {answer 12.8}

# {check 12.8}

# %% [markdown]
# ## Open
#
# To decide with people: you have ten million texts, and a colleague asks for a cluster. Which three numbers do you
# ask for first? What would you try on one machine before?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
