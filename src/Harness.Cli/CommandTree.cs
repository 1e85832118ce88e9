using Harness.Cli.Commands;

namespace Harness.Cli;

/// <summary>The program's commands.</summary>
public static class CommandTree
{
    /// <summary>Configuration of the command-line parser. No response files: <c>--filter '@req:AUG-5'</c> means a tag, not a file of arguments.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>The program's own command with all others below it; parsing runs nothing.</summary>
    /// <param name="typed">The words that will be parsed: <c>--client=-x</c> gives a value that begins as an option does, on purpose.</param>
    public static RootCommand Create(params IReadOnlyCollection<string> typed)
    {
        var root = Commands();
        RefuseMisspeltOptions(root, typed);
        return root;
    }

    // The parser takes an option that it does not know for the value of an argument or option that still lacks one.
    private static void RefuseMisspeltOptions(Command command, IReadOnlyCollection<string> typed)
    {
        // Before the command's own validators, whose errors are told alone and would speak of what was never meant.
        command.Validators.Insert(0, result => CommandHost.NoOptionAsValue(result, typed));

        foreach (var argument in command.Arguments)
        {
            argument.Validators.Add(CommandHost.NoOptionAsArgument);
        }

        foreach (var sub in command.Subcommands)
        {
            RefuseMisspeltOptions(sub, typed);
        }
    }

    private static RootCommand Commands() => new(
        """
        Hardware-in-the-loop test harness for MQTT security.

        First steps (./harness COMMAND --help has options and examples):
          ./harness run                                  all features on the emulated rig (rigs/sim.yaml)
          ./harness claims                               every claim of the papers, decided by attacks
          ./harness doctor                               what is wrong with the rig, and the fix
          ./harness new plugin my-lab                    steps, sensors and attacks of your own

        Exit status: 0 all passed; 1 a scenario failed; 2 usage, configuration or an unjudgeable scenario; 3 the rig broke; 4 inconclusive; 130 aborted.
        """)
    {
        RunCommand.Create(),
        ClaimsCommand.Create(),
        TestCommand.Create(),
        BrokerCommand.Create(),
        ConformanceCommand.Create(),
        LoadCommand.Create(),
        AuditCommand.Create(),
        TapCommand.Create(),
        TlsCommand.Create(),
        EnrollCommand.Create(),
        VectorsCommand.Create(),
        MeasureCommand.Create(),
        BaselineCommand.Create(),
        LeakCommand.Create(),
        StepsCommand.Create(),
        SensorsCommand.Create(),
        ReportCommand.Create(),
        HistoryCommand.Create(),
        Harness.Cli.Commands.Labs.LabCommand.Create(),
        RigCommand.Create(),
        DoctorCommand.Create(),
        FlashCommand.Create(),
        PowerCommand.Create(),
        ConsoleCommand.Create(),
        NewCommand.Create(),
        PublishCommand.Create(),
        FiguresCommand.Create(),
        CompletionCommand.Create(),
    };
}
