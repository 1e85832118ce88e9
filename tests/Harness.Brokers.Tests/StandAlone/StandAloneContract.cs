using System.Diagnostics;

namespace Harness.Brokers.Tests.StandAlone;

/// <summary>The tests that every driver of a broker that is a program of its own passes: one broker serves all of them, as some take long to start.</summary>
[CancelAfter(120_000)]
public abstract class StandAloneContract
{
    private readonly string _logs = Directory.CreateTempSubdirectory("broker-logs-").FullName;

    /// <summary>The driver; it skips the test where the program is missing.</summary>
    protected abstract StartMqttBroker Driver { get; }

    /// <summary>The driver with its log in a folder that the test reads.</summary>
    protected StartMqttBroker Start(BrokerSetup? setup = null) =>
        async (options, token) =>
        {
            var broker = await Driver(options with { Setup = (setup ?? new BrokerSetup()) with { LogFolder = _logs, StartWithin = TimeSpan.FromSeconds(100) } }, token);
            Started = (StandAloneBroker)broker;
            return broker;
        };

    /// <summary>The broker that was started last.</summary>
    private protected StandAloneBroker Started { get; private set; } = null!;

    [OneTimeTearDown]
    public void Delete_the_logs() => Directory.Delete(_logs, recursive: true);

    [Test]
    public async Task Devices_log_in_on_topics_talk_under_a_traffic_key_and_leave_nothing_behind(CancellationToken cancellationToken)
    {
        string folder;
        await using (var testbed = Talk.Testbed(Start()))
        {
            await testbed.StartAsync(cancellationToken);
            folder = Started.Folder!;
            Assert.That(Programs(folder), Is.Not.Empty, "a program of its own");
#pragma warning disable CA1416 // modes of files: Linux
            Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), "settings hold passwords");
#pragma warning restore CA1416

            await testbed.LogInAsync(cancellationToken);
            await Talk.ExchangeAsync(testbed, "21.5 C", cancellationToken);
            Assert.That(testbed.Publisher.Session!.Fingerprint, Is.EqualTo(testbed.Broker.SessionFingerprint("pub")));

            var before = testbed.TrafficKeyFingerprint(testbed.Subscriber);
            Assert.That((await testbed.Publisher.TryReauthenticateAsync(cancellationToken)).Succeeded, Is.True);
            await testbed.WaitForKeysAsync(cancellationToken);
            await Talk.ExchangeAsync(testbed, "21.6 C", cancellationToken);
            Assert.That(testbed.TrafficKeyFingerprint(testbed.Subscriber), Is.Not.EqualTo(before), "a new key with the new login");

            testbed.Publisher.UsePassword("wrong");
            var wrong = await testbed.Publisher.TryLogInAsync(cancellationToken);
            Assert.That((wrong.Status, wrong.Reason), Is.EqualTo((LoginStatus.RefusedByBroker, ReasonCode.NotAuthorized)));
            Assert.That(() => testbed.Broker.ConnectedClients, Throws.TypeOf<Harness.Record.InconclusiveException>(), "nobody tells");
        }

        Assert.That(Programs(folder), Is.Empty, "it ended with everything that it started");
        Assert.That(Directory.Exists(folder), Is.False);
        Assert.That(Directory.GetFiles(_logs, "*.log").Select(f => new FileInfo(f).Length), Has.Some.Positive, "its log stays");
    }

    /// <summary>The programs whose command line or environment names a folder.</summary>
    private static List<int> Programs(string folder) =>
        [.. Process.GetProcesses().Where(p => Names(p, "cmdline", folder) || Names(p, "environ", folder)).Select(p => p.Id)];

    private static bool Names(Process process, string file, string folder)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/{file}").Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // another user's, or it ended
        }
    }
}
