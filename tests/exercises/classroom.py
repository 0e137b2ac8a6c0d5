# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% classroom.kinds: final answer is right
kinds = ["arithmetic", "correct", "wrong_operation", "stopped_early"]
# %% classroom.kinds: both sums are true
kinds = ["arithmetic", "arithmetic", "arithmetic", "stopped_early"]
# %% classroom.kinds: cut off
kinds = ["arithmetic", "arithmetic", "wrong_operation", "missing_step"]
# %% classroom.carries: look at 99 + 1
def carries(a, b):
    n = 0
    while a or b:
        n += a % 10 + b % 10 > 9
        a, b = a // 10, b // 10
    return n
# %% classroom.carries: how many is asked
def carries(a, b):
    carry = 0
    any_carry = 0
    while a or b:
        carry = (a % 10 + b % 10 + carry) // 10
        any_carry = any_carry or carry
        a, b = a // 10, b // 10
    return any_carry
# %% classroom.carries: run through them
def carries(a, b):
    n = carry = 0
    for x, y in zip(reversed(str(a)), reversed(str(b))):
        carry = (int(x) + int(y) + carry) // 10
        n += carry
    return n
# %% classroom.luck: no luck in it
lucky = "47 + 38 = 85. 85 - 9 = 76. #### 76"
# %% classroom.luck: final answer is not right
lucky = "47 + 38 = 84. 84 - 9 = 75. #### 75"
# %% classroom.luck: shall be there
lucky = "47 + 38 = 84. #### 76"
# %% classroom.luck: 'wrong_operation'
lucky = "40 + 36 = 76. #### 76"
