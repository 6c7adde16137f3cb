"""`python -m benchmarks.problems`: the problems, by family."""

from benchmarks.problems import families


def main() -> None:
    """Print one line per problem."""
    for family, problems in families().items():
        for problem in problems:
            print(f"{family:<14}{problem.name:<34}{len(problem.space):>4} parameters{', noisy' if problem.noise else ''}")


if __name__ == "__main__":
    main()
