using Harness.Cli.Commands.Completion;

namespace Harness.Cli.Commands;

/// <summary><c>harness completion</c>: prints what a shell needs to complete commands and options.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash" };
        shell.AcceptOnlyFromAmong("bash");
        var command = new Command("completion",
            """
            Prints a script that completes commands, options and their choices in bash. The Debian package brings it where bash looks for it.

            Examples:
              ./harness completion bash > harness.bash
            """) { shell };
        command.SetAction(_ =>
        {
            Console.Write(BashCompletion.Script(CommandTree.Create()));
            return ExitCodes.Pass;
        });
        return command;
    }
}
