using System.Diagnostics;

namespace Harness.Sessions.Tests.Scram;

/// <summary>SCRAM-SHA-256 with a peer that is none of ours: Python's hashlib and hmac, in scram.py.</summary>
public sealed class ForeignScramTests
{
    private const string Password = "correct horse";
    private const string Method = "SCRAM-SHA-256";

    [TestCase(Password, true)]
    [TestCase("wrong", false)]
    public async Task A_foreign_client_logs_in_with_the_right_password_alone(string password, bool enters)
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions
        {
            ServerName = "broker", Scheme = SchemeNames.Scram, ScramAccounts = [Enrolment.CreateScram("m4,=", "broker", Password, 5000)],
        });
        using var python = new Peer("client", "m4,=", password);
        using var mqtt = await RawMqtt.OpenAsync(broker.Endpoint);
        await mqtt.ConnectAsync("m4,=", Method, await python.HearAsync());
        var (reason, method, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That((reason, method), Is.EqualTo(((byte)0x18, Method)));
        await python.SayAsync(data!);
        await mqtt.AuthAsync(0x18, Method, await python.HearAsync());
        (reason, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That(reason, Is.EqualTo(enters ? 0 : 0x87));
        if (enters)
        {
            await python.SayAsync(data!);
            Assert.That(await python.HearAsync(), Is.EqualTo("ok"u8.ToArray()), "the broker's signature, as Python sees it");
        }
    }

    [TestCase(Password, true)]
    [TestCase("wrong", false)]
    public async Task A_device_logs_in_at_a_foreign_server(string password, bool succeeds)
    {
        using var party = new HostParty("host");
        await party.ProvisionAsync(new PartyIdentity("m4", "broker", password, "p256", "rfc6628") { Scheme = SchemeNames.Scram }, default);
        using var python = new Peer("server", Password, "00112233445566778899aabbccddeeff", "4096");
        await python.SayAsync((await party.Scram!.InitAsync(default)).Value);
        await python.SayAsync((await party.Scram!.StepAsync(await python.HearAsync(), default)).Value);
        var last = await python.HearAsync();
        if (succeeds)
        {
            Assert.That((await party.Scram!.FinishAsync(last, default)).Value, Has.Length.EqualTo(16));
        }
        else
        {
            Assert.That(last, Is.EqualTo("e=invalid-proof"u8.ToArray()));
            Assert.That(async () => await party.Scram!.FinishAsync(last, default), Throws.TypeOf<PartyRefusedException>().With.Property("Code").EqualTo("BAD-TAG"));
        }
    }

    private sealed class Peer : IDisposable
    {
        private readonly Process _process;
        private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

        public Peer(params string[] arguments) => _process = Process.Start(
            new ProcessStartInfo(NeedsProgram.Find("python3", "python3"), [Path.Combine(AppContext.BaseDirectory, "Scram", "scram.py"), .. arguments])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            })!;

        public async Task SayAsync(byte[] message)
        {
            await _process.StandardInput.WriteLineAsync(Convert.ToHexString(message).AsMemory(), _limit.Token);
            await _process.StandardInput.FlushAsync(_limit.Token);
        }

        public async Task<byte[]> HearAsync() =>
            Convert.FromHexString(await _process.StandardOutput.ReadLineAsync(_limit.Token) ?? throw new EndOfStreamException("scram.py ended"));

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
