using Harness.Crypto.AugPake;
using Harness.Schemes.Scram;

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
        var method = new Option<string?>("--method") { Description = "SCRAM-SHA-256: an account for scheme scram, in place of one of AugPAKE" };
        method.AcceptOnlyFromAmong(ScramClient.Method);
        var iterations = new Option<int?>("--iterations") { Description = $"iterations of PBKDF2 with --method {ScramClient.Method}, {ScramCredential.MinimumIterations} or more; each login of the device computes them (default: {ScramCredential.MinimumIterations})" };
        var pseudonyms = new Option<bool>("--pseudonyms") { Description = "also draw the secret of one-time ClientIds that scheme hardened logs in under; profile framed only" };
        var file = new Option<string?>("--out") { Description = "account file to add the item to, wholly or not at all; made where there is none, mode 600 afterwards" };
        var command = new Command("enroll",
            """
            Reads a password from the terminal (twice, not shown) or from one line of a pipe, and prints one account item or adds it to a file.
            The password is never an argument: arguments stand in the shell's history and in the process list. It has at most 64 bytes of UTF-8,
            which is what boards take. The item of --pseudonyms holds their secret, which the device needs too: carry it there as you would a key.

            Examples:
              ./harness enroll --client pub1 --server broker --group p256 --profile rfc6628 --out accounts.yaml
              ./harness enroll --client pub1 --server broker --profile framed --pseudonyms --out accounts.yaml
              ./harness enroll --client pub1 --server broker --method SCRAM-SHA-256 --iterations 10000 --out accounts.yaml
              printf '%s\n' "$PASSWORD" | ./harness enroll --client pub1 --server broker --group modp2048-q256 --profile as-published
            """) { client, server, group, profile, method, iterations, pseudonyms, file };
        command.SetAction((parsed, stop) =>
        {
            var (name, at) = (parsed.GetValue(client)!, parsed.GetValue(server)!);
            if (parsed.GetValue(method) is null && parsed.GetValue(iterations) is not null)
            {
                return Task.FromResult(Refuse($"--iterations needs --method {ScramClient.Method}: AugPAKE has none"));
            }

            if (parsed.GetValue(method) is not null && (parsed.GetValue(pseudonyms) || parsed.GetResult(group) is { Implicit: false } || parsed.GetResult(profile) is { Implicit: false }))
            {
                return Task.FromResult(Refuse($"--method {ScramClient.Method} takes no --group, --profile or --pseudonyms: they belong to AugPAKE"));
            }

            var count = parsed.GetValue(iterations) ?? ScramCredential.MinimumIterations;
            if (count is < ScramCredential.MinimumIterations or > ScramCredential.MaximumIterations)
            {
                return Task.FromResult(Refuse($"--iterations {count}: {ScramCredential.MinimumIterations} to {ScramCredential.MaximumIterations}"));
            }

            Func<IEnrolled> kind = parsed.GetValue(method) is null
                ? () => new AugPakeEnrolled(name, at, AugPakeGroup.ByName(parsed.GetValue(group)!), AugPakeProfiles.Parse(parsed.GetValue(profile)!), parsed.GetValue(pseudonyms))
                : () => new ScramEnrolled(name, at, count);
            return Task.Run(() => Run(name, at, kind, parsed.GetValue(file), stop), CancellationToken.None);
        });
        return command;
    }

    private static int Run(string client, string server, Func<IEnrolled> kind, string? file, CancellationToken stop)
    {
        var writing = false;
        try
        {
            // Names are checked first, so that nobody types a password twice to learn that the group was misspelt.
            var enrolled = kind();
            Enrolment.CheckNames(client, server);
            if (enrolled is AugPakeEnrolled { Pseudonyms: true, Profile: var knownProfile } && knownProfile != AugPakeProfile.Framed)
            {
                return Refuse($"--pseudonyms needs --profile {AugPakeProfile.Framed.Name()}, not {knownProfile.Name()}");
            }

            if (file is not null)
            {
                AccountFileAppend.Check(file, client, server, enrolled.Method);
            }

            var password = Console.IsInputRedirected ? PasswordInput.ReadLine() : PasswordInput.Ask("password: ", stop);
            if (password.Length == 0)
            {
                return Refuse("no password: the line was empty");
            }

            if (!Console.IsInputRedirected && PasswordInput.Ask("once more: ", stop) != password)
            {
                return Refuse("the two passwords differ; nothing was enrolled");
            }

            var (yaml, append) = enrolled.Enrol(password);
            if (file is null)
            {
                writing = true;
                WholeOutput.Write(yaml);
            }
            else
            {
                append(file);
            }

            return ExitCodes.Pass;
        }
        catch (IOException e) when (writing)
        {
            Console.Error.WriteLine($"harness: the account could not be written to standard output: expected room for all of it, saw: {e.Message}; "
                + "nobody is enrolled by it; next: df -h, then enroll again, with --out FILE");
            return ExitCodes.Usage;
        }
        catch (ArgumentException e)
        {
            // .NET appends the parameter's name, which means nothing to the user.
            return Refuse(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal));
        }
    }

    /// <summary>The kind of an account that is to be made.</summary>
    private interface IEnrolled
    {
        string Method { get; }

        (string Yaml, Action<string> Append) Enrol(string password);
    }

    private sealed record AugPakeEnrolled(string Client, string Server, AugPakeGroup Group, AugPakeProfile Profile, bool Pseudonyms) : IEnrolled
    {
        public string Method => AugPakeMethod.Of(Profile, Group);

        public (string Yaml, Action<string> Append) Enrol(string password)
        {
            var account = Enrolment.Create(Client, Server, Group, Profile, password, Pseudonyms);
            return (Enrolment.ToYaml(account), file => AccountFileAppend.Append(file, account));
        }
    }

    private sealed record ScramEnrolled(string Client, string Server, int Iterations) : IEnrolled
    {
        public string Method => ScramClient.Method;

        public (string Yaml, Action<string> Append) Enrol(string password)
        {
            var account = Enrolment.CreateScram(Client, Server, password, Iterations);
            return (Enrolment.ToYaml(account), file => AccountFileAppend.Append(file, account));
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine($"harness: {why}; next: ./harness enroll --help");
        return ExitCodes.Usage;
    }
}
