using System.CommandLine.Parsing;

namespace Harness.Cli;

/// <summary>Runs a command: usage errors exit with 2; the first signal cancels, the second ends the program.</summary>
internal static partial class CommandHost
{
    /// <summary>Refuses what looks like an option where an argument is taken: a misspelt option is no missing file and no unknown device.</summary>
    public static void NoOptionAsArgument(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && !Path.Exists(token.Value)))
        {
            result.AddError(NoSuchOption(token.Value, result));
        }
    }

    /// <summary>Refuses what looks like an option where an option takes a value: <c>--device --sampels</c> lacks the device.</summary>
    /// <param name="command">The command with its options and their values.</param>
    /// <param name="typed">The command line, where a value behind <c>=</c> is meant as it is.</param>
    public static void NoOptionAsValue(CommandResult command, IReadOnlyCollection<string> typed)
    {
        foreach (var option in command.Children.OfType<OptionResult>())
        {
            var name = option.Option.Name;
            foreach (var value in option.Tokens.Select(token => token.Value).Where(value => LooksLikeOption().IsMatch(value) && !typed.Contains($"{option.IdentifierToken?.Value}={value}")))
            {
                command.AddError($"{name} lacks its value: {NoSuchOption(value, option)}; a value that begins with '-' is typed {name}={value}");
            }
        }
    }

    private static string NoSuchOption(string word, SymbolResult result)
    {
        var known = new List<string>();
        for (var at = result.Parent; at is CommandResult command; at = at.Parent)
        {
            known.AddRange(command.Command.Options.Select(option => option.Name));
        }

        return $"there is no option '{word}'{NearestWord.Hint(word.Split('=', ':')[0], known)}";
    }

    /// <summary>Refuses a number outside a range.</summary>
    public static Action<OptionResult> Between(int least, int most) => result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
        {
            result.AddError($"{result.Option.Name} is from {least} to {most}, saw {value}");
        }
    };

    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args, CommandTree.Parsing);
        HelpText.Shorten(parsed.CommandResult.Command);
        Console.SetError(new NextCommandWriter(Console.Error, TypedRig(parsed)));
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"harness: {error.Message}");
            }

            await Console.Error.WriteLineAsync($"next: ./harness {NextCommand.Path(parsed.CommandResult)} --help".Replace("  ", " ", StringComparison.Ordinal));
            return ExitCodes.Usage;
        }

        using var stop = new CancellationTokenSource();
        var signals = 0;
        void OnSignal(PosixSignalContext context)
        {
            // Counted here, not by the cancellation below: the second signal may come while the first one's line is being written.
            if (Interlocked.Increment(ref signals) > 1)
            {
                return; // the second signal has the default effect: the program ends at once
            }

            context.Cancel = true;
            // A standard error that nobody reads must not keep the program from stopping.
            LogLines.TryWrite(
                StandardStreams.Error, (StandardStreams.ErrorCanRewrite ? StandardStreams.EraseLine : "") + "harness: stopping; devices are made safe first (once more to stop at once)");
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        try
        {
            // The library's own time limit is off: the time of a clean end is up to the bench.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, stop.Token);
        }
        catch (Exception e) when (Explain(e) is { } explanation)
        {
            await Console.Error.WriteLineAsync($"harness: {explanation.Text}");
            return explanation.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Aborted;
        }
    }

    private static string? TypedRig(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == "--rig") is { } option
        && parsed.GetResult(option) is { Implicit: false, Tokens: [var typed, ..] } ? typed.Value : null;

    // Errors that a user can fix are explained in words; any other is a fault of the harness and keeps its stack trace.
    private static (string Text, int ExitCode)? Explain(Exception e) => e switch
    {
        FeatureFileException => (ForeignText.Lines(e.Message), ExitCodes.Usage), // one line a problem
        FormatException => (ForeignText.Line(e.Message), ExitCodes.Usage),
        _ => Explanations.Of(e),
    };

    // A negative number is a value, which its option refuses in its own words.
    [GeneratedRegex(@"^--?\p{L}", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeOption();
}
