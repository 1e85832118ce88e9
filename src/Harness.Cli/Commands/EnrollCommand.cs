using System.CommandLine;
using Harness.Cli.Live;
using Harness.Crypto;
using Harness.Record;
using Harness.Sessions.Accounts;

namespace Harness.Cli.Commands;

/// <summary><c>harness enroll</c>: turns a password into one item of the broker's account file.</summary>
internal static class EnrollCommand
{
    public static Command Create()
    {
        var client = new Option<string>("--client") { Description = "C, the client's name", Required = true };
        var server = new Option<string>("--server") { Description = "S, the broker's name", Required = true };
        var group = new Option<string>("--group") { Description = "the AugPAKE group: " + string.Join(", ", AugPakeGroup.All.Select(g => g.Name)), DefaultValueFactory = _ => "p256" };
        var profile = new Option<string>("--profile") { Description = "as-published, rfc6628 or framed", DefaultValueFactory = _ => "rfc6628" };
        var command = new Command("enroll",
            """
            Reads a password from the terminal (twice, not shown) or from one line of a pipe, and prints one account item.
            The password is never an argument: arguments stand in the shell's history and in the process list.

            Examples:
              ./harness enroll --client pub1 --server broker --group p256 --profile rfc6628 >> accounts.yaml
              printf '%s\n' "$PASSWORD" | ./harness enroll --client pub1 --server broker --group modp2048-q256 --profile as-published
            """) { client, server, group, profile };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(parsed.GetValue(client)!, parsed.GetValue(server)!, parsed.GetValue(group)!, parsed.GetValue(profile)!, stop), CancellationToken.None));
        return command;
    }

    private static int Run(string client, string server, string group, string profile, CancellationToken stop)
    {
        try
        {
            // Names first: nobody types a password twice to learn that the group was misspelt.
            var (knownGroup, knownProfile) = (AugPakeGroup.ByName(group), AugPakeProfiles.Parse(profile));
            var password = Console.IsInputRedirected ? PasswordInput.ReadLine() : PasswordInput.Ask("password: ", stop);
            if (password.Length == 0)
            {
                return Refuse("no password: the line was empty");
            }

            if (!Console.IsInputRedirected && PasswordInput.Ask("once more: ", stop) != password)
            {
                return Refuse("the two passwords differ; nothing was enrolled");
            }

            Console.Out.Write(Enrolment.ToYaml(Enrolment.Create(client, server, knownGroup, knownProfile, password)));
            return ExitCodes.Pass;
        }
        catch (ArgumentException e)
        {
            // .NET appends the parameter's name, which is the code's word and not the user's.
            return Refuse(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal));
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine($"harness: {why}; next: ./harness enroll --help");
        return ExitCodes.Usage;
    }
}
