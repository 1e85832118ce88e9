using System.Diagnostics;

namespace Harness.Sessions.Tests.Scram;

/// <summary>SCRAM-SHA-256 with GNU SASL, as Debian has it, at either end.</summary>
public sealed class GsaslTests
{
    private const string Password = "correct horse";
    private const string Method = "SCRAM-SHA-256";

    [TestCase(Password, true)]
    [TestCase("wrong", false)]
    public async Task Gsasl_logs_in_at_the_broker_with_the_right_password_alone(string password, bool enters)
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions
        {
            ServerName = "broker", Scheme = SchemeNames.Scram, ScramAccounts = [Enrolment.CreateScram("m4", "broker", Password, 5000)],
        });
        using var gsasl = new Gsasl("client", password);
        using var mqtt = await RawMqtt.OpenAsync(broker.Endpoint);
        await mqtt.ConnectAsync("m4", Method, await gsasl.HearAsync());
        var (reason, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That(reason, Is.EqualTo((byte)0x18));
        await gsasl.SayAsync(data!);
        await mqtt.AuthAsync(0x18, Method, await gsasl.HearAsync());
        (reason, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That(reason, Is.EqualTo(enters ? 0 : 0x87));
        if (enters)
        {
            await gsasl.SayAsync(data!);
            Assert.That(await gsasl.EndAsync(), Is.Zero, "the broker's signature, as gsasl sees it");
        }
    }

    [Test]
    public async Task A_device_logs_in_at_gsasl()
    {
        using var party = new HostParty("host");
        await party.ProvisionAsync(new PartyIdentity("m4", "broker", Password, "p256", "rfc6628") { Scheme = SchemeNames.Scram }, default);
        using var gsasl = new Gsasl("server", Password);
        _ = await gsasl.HearAsync(); // it says nothing first
        await gsasl.SayAsync((await party.Scram!.InitAsync(default)).Value);
        await gsasl.SayAsync((await party.Scram!.StepAsync(await gsasl.HearAsync(), default)).Value);
        Assert.That((await party.Scram!.FinishAsync(await gsasl.HearAsync(), default)).Value, Has.Length.EqualTo(16));
    }

    private sealed class Gsasl : IDisposable
    {
        private readonly Process _process;
        private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

        private bool _named;

        // Through a pipe it would keep its lines until it ends. What it says for people goes to its standard error.
        public Gsasl(string end, string password)
        {
            var gsasl = NeedsProgram.Find("gsasl", "gsasl");
            _process = Process.Start(new ProcessStartInfo("stdbuf", ["-oL", gsasl, $"--{end}", $"--mechanism={Method}", "--authentication-id=m4", $"--password={password}", "--no-cb"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            _process.BeginErrorReadLine();
        }

        public async Task SayAsync(byte[] message)
        {
            await _process.StandardInput.WriteLineAsync(Convert.ToBase64String(message).AsMemory(), _limit.Token);
            await _process.StandardInput.FlushAsync(_limit.Token);
        }

        public async Task<byte[]> HearAsync()
        {
            if (!_named)
            {
                Assert.That(await LineAsync(), Is.EqualTo(Method));
                _named = true;
            }

            return Convert.FromBase64String(await LineAsync());
        }

        /// <summary>Says no more, and waits for its exit status: 0 after a login that both ends accept.</summary>
        public async Task<int> EndAsync()
        {
            await SayAsync([]); // it asks once more
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(_limit.Token);
            return _process.ExitCode;
        }

        private async Task<string> LineAsync() => await _process.StandardOutput.ReadLineAsync(_limit.Token) ?? throw new EndOfStreamException("gsasl ended");

        public void Dispose()
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(5000))
            {
                _process.Kill();
            }

            _process.Dispose();
            _limit.Dispose();
        }
    }
}
