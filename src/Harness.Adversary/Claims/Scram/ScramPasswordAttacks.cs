namespace Harness.Adversary.Claims.Scram;

/// <summary>A login in the device's name with a password that is not its own.</summary>
[Attack("ma-scram-wrong-password", Order = 31)]
internal sealed class ScramWrongPassword : ScramAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.Scram,
        Precondition = "knows the user's name, but not the password",
        Summary = "logs in in the device's name with a wrong password, and with proofs of zeros, computing everything else as an honest client does",
        Observation = "the broker sends CONNACK 0x00",
        Reference = "RFC 5802 section 3 (ClientProof)",
        Control = "a broker that does not compare proofs",
    };

    protected override Func<SecureBrokerOptions, SecureBrokerOptions> WeakBroker => options => TrustingScramBroker.On(options);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await RequireUndisturbedAsync(testbed, cancellationToken).ConfigureAwait(false);
        await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        var seen = new List<string>();
        foreach (var zeros in (bool[])[false, true])
        {
            using var guess = new GuessingLogin(testbed.Publisher.Client, "not the password", zeros);
            try
            {
                var mqtt = await MqttClient.ConnectAsync(
                    new MqttClientOptions
                    {
                        Host = testbed.Broker.Endpoint.Address.ToString(), Port = testbed.Broker.Endpoint.Port, ClientId = testbed.Publisher.Client,
                        Timeout = testbed.Options.Timeout, Authentication = guess,
                    },
                    cancellationToken).ConfigureAwait(false);
                await mqtt.DisposeAsync().ConfigureAwait(false);
                return AttackResult.Win("a wrong password: CONNACK 0x00");
            }
            catch (MqttRefusedException e)
            {
                seen.Add($"{(zeros ? "a proof of zeros" : "a wrong password")}: refused with 0x{(byte)e.Reason:X2}");
            }
            catch (MqttTimedOutException e)
            {
                throw new InconclusiveException("login with a wrong password", "an end, good or bad", e.Message, inner: e);
            }
        }

        return AttackResult.Loss(string.Join("; ", seen));
    }

    private sealed class GuessingLogin(string client, string password, bool zeros) : IEnhancedAuthenticationClient, IDisposable
    {
        private readonly ScramClient _client = new(client, Encoding.UTF8.GetBytes(password));

        public string Method => ScramClient.Method;

        public ValueTask<byte[]> StartAsync(CancellationToken cancellationToken) => new(_client.Start());

        public ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            var final = Encoding.ASCII.GetString(_client.Respond(data.Span));
            return new(Encoding.ASCII.GetBytes(zeros ? final[..(final.LastIndexOf('p') + 2)] + Convert.ToBase64String(new byte[ScramCredential.KeySize]) : final));
        }

        public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Dispose() => _client.Dispose();
    }
}

/// <summary>A broker in the real one's place that holds nothing of the password.</summary>
[Attack("ma-scram-wrong-signature", Order = 32)]
internal sealed class ScramWrongSignature : ScramAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.Scram,
        Precondition = "the device connects to the adversary's broker, which knows the user's name but nothing of the password",
        Summary = "takes any proof, and answers with four last messages: a signature under a password of its own, zeros, none at all, an error",
        Observation = "the device takes itself for logged in",
        Reference = "RFC 5802 section 3 (ServerSignature)",
        Control = "a device that does not check the signature",
    };

    protected override bool TrustingDevice => true;

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        (string Words, Func<ScramServer, byte[]> Sign)[] ways =
        [
            ("a signature under another password", server => server.Final()),
            ("a signature of zeros", _ => Encoding.ASCII.GetBytes($"v={Convert.ToBase64String(new byte[ScramCredential.KeySize])}")),
            ("no signature", _ => []),
            ("an error", _ => "e=other-error"u8.ToArray()),
        ];
        var seen = new List<string>();
        foreach (var (words, sign) in ways)
        {
            var rogue = new TrustingScramBroker(_ => ScramCredential.Create("another password"), sign);
            var broker = await Harness.Mqtt.Broker.MqttBroker.StartAsync(new Harness.Mqtt.Broker.MqttBrokerOptions { Authenticator = rogue }, cancellationToken).ConfigureAwait(false);
            await using (broker.ConfigureAwait(false))
            {
                var end = await testbed.Publisher.TryLogInAsync(new LoginRequest(Endpoint: broker.Endpoint), cancellationToken).ConfigureAwait(false);
                if (rogue.Proofs == 0)
                {
                    throw new InconclusiveException("rogue broker", "a login of the device", end.Seen);
                }

                if (end.Succeeded)
                {
                    return AttackResult.Win($"{words}: {end.Seen}");
                }

                seen.Add($"{words}: {end.Code ?? end.Seen}");
            }
        }

        await RequireUndisturbedAsync(testbed, cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss(string.Join("; ", seen));
    }
}
