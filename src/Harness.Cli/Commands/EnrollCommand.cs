using System.CommandLine;
using System.Text;
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
        command.SetAction(parsed => Run(
            parsed.GetValue(client)!, parsed.GetValue(server)!, parsed.GetValue(group)!, parsed.GetValue(profile)!));
        return command;
    }

    private static int Run(string client, string server, string group, string profile)
    {
        string password;
        if (Console.IsInputRedirected)
        {
            password = Console.In.ReadLine() ?? "";
        }
        else
        {
            password = Ask("password: ");
            if (Ask("once more: ") != password)
            {
                Console.Error.WriteLine("harness: the two passwords differ; nothing was enrolled");
                return ExitCodes.Usage;
            }
        }

        if (password.Length == 0)
        {
            Console.Error.WriteLine("harness: no password: the line was empty; next: ./harness enroll --help");
            return ExitCodes.Usage;
        }

        try
        {
            Console.Out.Write(Enrolment.ToYaml(Enrolment.Create(client, server, AugPakeGroup.ByName(group), AugPakeProfiles.Parse(profile), password)));
            return ExitCodes.Pass;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"harness: {e.Message}; next: ./harness enroll --help");
            return ExitCodes.Usage;
        }
    }

    private static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
