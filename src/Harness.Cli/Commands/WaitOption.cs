namespace Harness.Cli.Commands;

/// <summary><c>--wait</c>: waits for boards that another run or program holds.</summary>
internal static class WaitOption
{
    /// <summary>Creates the option for one command.</summary>
    public static Option<TimeSpan> Create() => new("--wait")
    {
        Description = "how long a board that somebody else holds is waited for: 30s, 10m, 2h [default: the rig's boot time]",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var wait))
            {
                return wait;
            }

            result.AddError($"--wait takes a time with its unit, from 1s to 24h (30s, 10m, 2h), saw '{result.Tokens[0].Value}'");
            return default;
        },
    };

    /// <summary>The longest wait of a command that uses no bench: what was asked for, or else the rig's boot time.</summary>
    public static TimeSpan Patience(RigFile rig, TimeSpan asked) => new TestBenchOptions { Wait = asked }.Patience(rig);

    /// <summary>Sets a bench's wait, and reports waits on stderr.</summary>
    public static TestBenchOptions Apply(this TestBenchOptions options, TimeSpan wait) => options with { Wait = wait, OnWaiting = Tell };

    /// <summary>Reports a wait on stderr, in place of the line that is updated there.</summary>
    public static void Tell(string what)
    {
        if (StandardStreams.ErrorCanRewrite)
        {
            StandardStreams.Error.Write(StandardStreams.EraseLine);
        }

        Console.Error.WriteLine($"harness: {what}");
    }

    internal static bool TryParse(string text, out TimeSpan wait)
    {
        var split = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var unit = split < 0 ? "" : text[split..].Trim();
        var seconds = unit switch { "s" => 1.0, "m" or "min" => 60.0, "h" => 3600.0, _ => 0.0 };
        wait = default;
        if (seconds == 0 || !double.TryParse(text.AsSpan(0, split), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * seconds is < 1 or > 86_400)
        {
            return false;
        }

        wait = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
