namespace Harness.Steps;

/// <summary>Steps of the memory that a scheme takes on the boards of the rig.</summary>
[Binding]
[WholeRig]
public sealed class FootprintSteps(FootprintDriver driver)
{
    [When("^flash, RAM and the deepest stack of every board are taken$")]
    public Task WhenTaken() => driver.TakeAsync();

    [Then(@"^each leaves at least (\d+) % of its stack untouched$")]
    public void ThenLeaves(int percent)
    {
        Check.Needs(percent is > 0 and < 100, "percentage", "1 to 99", $"{percent}");
        Check.Needs(driver.Taken.Count > 0, "boards", "one or more", "none", "When flash, RAM and the deepest stack of every board are taken");
        var known = driver.Taken.Where(f => f is { Stack: not null, StackReserved: not null }).ToList();
        if (known.Count == 0)
        {
            throw new InconclusiveException(
                $"stack of {string.Join(", ", driver.Taken.Select(f => f.Device))}", "a board that runs the scheme and tells its stack",
                string.Join(", ", driver.Taken.Select(f => f.Reason ?? f.StackReason).Distinct()));
        }

        foreach (var board in known)
        {
            var most = board.StackReserved!.Value * (100 - percent) / 100;
            Check.That(board.Stack <= most, $"deepest stack of {board.Device} by {board.Scheme}", $"at most {most} of {board.StackReserved} bytes", $"{board.Stack}");
        }
    }
}
