using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Harness.Adversary.ClientTls;

namespace Harness.Adversary.Tests.ClientTls;

/// <summary>The table in src/Harness.Adversary/ClientTls/CLIENTS.md says what each client does before each presentation; every cell is tried.</summary>
[CancelAfter(120_000)]
public sealed class ClientMatrixTests
{
    private const string Document = "src/Harness.Adversary/ClientTls/CLIENTS.md";
    private const string Password = "not for strangers";
    private string _folder = "";

    [OneTimeSetUp]
    public async Task MakeFolderAsync()
    {
        _folder = Directory.CreateTempSubdirectory("harness-clients-").FullName;
        await File.WriteAllTextAsync(Authority, JudgeBench.Authority.CertificatePem);
    }

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("mosquitto_pub")]
    [TestCase("mosquitto_pub --insecure")]
    [TestCase("Paho for Python")]
    [TestCase("MQTTnet")]
    [TestCase("C, unchecked")]
    public async Task A_client_does_what_the_table_says(string client, CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        var start = await PrepareAsync(client, bench.Port, cancellationToken);
        var (seen, evidence) = (new Dictionary<string, string>(), new List<string>());
        foreach (var presentation in TlsPresentation.All)
        {
            var outcome = await bench.Judge.JudgeAsync(presentation, _ => start(), cancellationToken);
            seen[presentation.Id] = outcome.Verdict switch
            {
                TlsVerdict.LoggedIn => "logs in", TlsVerdict.Held => "holds", TlsVerdict.Fails when outcome.Sent!.HasPassword => "**password left**", TlsVerdict.Fails => "**data left**",
                TlsVerdict.Advisory => "goes on", TlsVerdict.NotApplicable => "n/a", _ => "not judged",
            };
            evidence.Add($"{presentation.Id}: {outcome.Verdict}, {outcome.Evidence}");
        }

        Assert.That(seen, Is.EqualTo(Cells(client)), string.Join('\n', evidence));
        Assert.That(evidence, Has.None.Contains(Password));
    }

    private string Authority => Path.Combine(_folder, "ca.pem");

    private async Task<Func<Task<IStartedClient>>> PrepareAsync(string client, int port, CancellationToken cancellationToken)
    {
        var at = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{port}");
        switch (client)
        {
            case "mosquitto_pub" or "mosquitto_pub --insecure":
                var pub = NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
                string[] more = client.EndsWith("--insecure", StringComparison.Ordinal) ? ["--insecure"] : [];
                return () => Task.FromResult(ProgramClient.Start(pub, ["-h", "localhost", "-p", at, "--cafile", Authority, "-u", "probe", "-P", Password, "-t", "lab", "-m", "21", .. more]));
            case "Paho for Python":
                const string debians = "/usr/bin/python3"; // whose packages those of Debian are
                Needs.That(File.Exists(debians) && await EndAsync(debians, "-c", "import paho.mqtt.client") == 0, "Paho for Python", "sudo apt-get install python3-paho-mqtt");
                return () => Task.FromResult(ProgramClient.Start(debians, Beside("paho_client.py"), at, Authority, Password));
            case "MQTTnet":
                return () => TaskClient.Start(stop => LogInByMqttNetAsync(port, stop));
            default:
                var compiler = NeedsProgram.Find("gcc", "gcc");
                Needs.That(File.Exists("/usr/include/openssl/ssl.h"), "OpenSSL's headers", "sudo apt-get install libssl-dev");
                var program = Path.Combine(_folder, "unchecked");
                Assert.That(await EndAsync(compiler, "-Wall", "-Wextra", "-Werror", "-o", program, Beside("unchecked_client.c"), "-lssl", "-lcrypto"), Is.Zero);
                return () => Task.FromResult(ProgramClient.Start(program, at, Password));
        }
    }

    private static async Task LogInByMqttNetAsync(int port, CancellationToken stop)
    {
        using var client = new MQTTnet.MqttClientFactory().CreateMqttClient();
        using var authority = X509CertificateLoader.LoadCertificate(JudgeBench.Authority.Certificate);
        await client.ConnectAsync(
            new MQTTnet.MqttClientOptionsBuilder().WithTcpServer("localhost", port).WithClientId("mqttnet").WithCredentials("probe", Password)
                .WithTlsOptions(tls => tls.UseTls().WithTrustChain([authority]).WithRevocationMode(X509RevocationMode.NoCheck)).Build(),
            stop);
    }

    private static string Beside(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "ClientTls", file);

    private static async Task<int> EndAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        TestContext.Out.Write(said);
        return process.ExitCode;
    }

    private static Dictionary<string, string> Cells(string client)
    {
        var rows = File.ReadLines(Path.Combine(Root(), Document)).Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        var column = Array.IndexOf(rows[0], client);
        return rows.Skip(2).TakeWhile(row => row.Length == rows[0].Length).ToDictionary(row => row[0].Trim('`'), row => row[column]);
    }

    private static string Root()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "Harness.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
