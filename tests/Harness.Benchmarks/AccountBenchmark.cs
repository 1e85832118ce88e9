using System.Text;
using Harness.Crypto.Groups;
using Harness.Sessions.Accounts;

namespace Harness.Benchmarks;

/// <summary>Measures how long a broker takes to load 30,000 accounts, by the lines that enrolment writes and by the general YAML parser.</summary>
internal sealed class AccountBenchmark : IBenchmark
{
    private const int Count = 30_000;
    private const string Server = "broker";

    public string Name => "accounts";

    public void Run(TextWriter output)
    {
        foreach (var group in (AugPakeGroup[])[AugPakeGroup.P256, AugPakeGroup.Modp2048Q256])
        {
            var yaml = Yaml(group);
            new Interleaved($"{Count:N0} accounts of {group.Name} from text to a store that logins use", rounds: 7, warmUp: 2)
                .Add("lines, as enrolment writes them", () => Load(yaml))
                .Add("the general YAML parser (a file with ---)", () => Load("---\n" + yaml))
                .Run(output);
        }
    }

    private static void Load(string yaml) => _ = new AccountStore(Server, AccountFile.Parse(yaml, "accounts.yaml", Server).Accounts);

    private static string Yaml(AugPakeGroup group)
    {
        var w = Convert.ToHexStringLower(group.PowerOfGenerator([7]));
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            text.Append($"- client: \"sensor-{i}\"\n  server: \"{Server}\"\n  group: {group.Name}\n  profile: as-published\n  w_verifier: \"{w}\"\n");
        }

        return text.ToString();
    }
}
