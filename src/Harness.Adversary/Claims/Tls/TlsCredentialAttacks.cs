using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Harness.Crypto.Tls;

namespace Harness.Adversary.Claims.Tls;

/// <summary>Somebody without the device's certificate or key comes under its name.</summary>
internal abstract class TlsFalseDevice : TlsAttack
{
    protected override TlsWeakness ControlWeakness => TlsWeakness.ChecksNothing;

    /// <summary>The ends of TLS that the adversary can make, in words.</summary>
    protected abstract IEnumerable<(string Words, TlsEnd End)> Ends(TlsScene scene);

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        var device = scene.Testbed.Publisher;
        var seen = new List<string>();
        foreach (var (words, end) in Ends(scene))
        {
            var login = await scene.TryLogInAsync(device, end, scene.BrokerEnd.Endpoint, cancellationToken).ConfigureAwait(false);
            if (login.Succeeded)
            {
                return AttackResult.Win($"{words}: {login.Seen}");
            }

            seen.Add(words);
        }

        // They were refused for what they lacked: the device itself gets in.
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"under {(scene.Credential == TlsCredential.Key ? SslProtocols.Tls12 : scene.Protocols)} nobody got in by {string.Join(", ", seen)}; the device itself did");
    }
}

/// <summary>Client certificates that are not the device's.</summary>
[Attack("ma-tls-client-certificate", Order = 53)]
internal sealed class TlsClientCertificates : TlsFalseDevice
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.TlsClient,
        Precondition = "knows the device's name, and has a certificate of the lab's authority for another one",
        Summary = "connects under TLS 1.3 and 1.2 in the device's name without a certificate, with one that it signed itself, of another authority, with one that is over, and with that for another name",
        Observation = "the broker sends CONNACK 0x00",
        Reference = "RFC 8446 section 4.4.2.4; RFC 5280 section 6; MQTT 5 section 5.4.1",
        Control = "a broker that asks for no certificate",
    };

    public override Task<AttackResult> RunAsync(AttackScene scene, CancellationToken cancellationToken) => UnderBothVersionsAsync(scene, cancellationToken);

    protected override IEnumerable<(string Words, TlsEnd End)> Ends(TlsScene scene)
    {
        var name = scene.Testbed.Publisher.Client;
        using var other = new LabCertificates();
        (string Words, X509Certificate2? Certificate)[] own =
        [
            ("none", null),
            ("one signed by itself", scene.Certificates.SelfSigned(name)),
            ("one of another authority", other.Issue(name)),
            ("one that is over", scene.Certificates.Issue(name, -30, -1)),
            ("another device's own", scene.CertificateOf(scene.Testbed.Subscriber.Client)),
        ];
        foreach (var (words, certificate) in own)
        {
            yield return (words, TlsEnds.Client(TlsScene.BrokerName, scene.Certificates.Authority, scene.Protocols, certificate));
        }
    }
}

/// <summary>Pre-shared keys that are not the device's.</summary>
[Attack("ma-tls-psk-key", Order = 54)]
internal sealed class TlsWrongKeys : TlsFalseDevice
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.TlsPsk,
        Precondition = "knows the device's name, and has the key of another one",
        Summary = "connects in the device's name with a key of its own, with the other device's key, with an identity that nobody has, and as the other device with the first one's ClientId",
        Observation = "the broker sends CONNACK 0x00",
        Reference = "RFC 4279 section 2; RFC 5489 section 2; MQTT 5 section 5.4.1",
        Control = "one key for the whole lab, which the adversary has too",
    };

    protected override IEnumerable<(string Words, TlsEnd End)> Ends(TlsScene scene)
    {
        var (name, other) = (scene.Testbed.Publisher.Client, scene.Testbed.Subscriber.Client);
        yield return ("a key of its own", TlsEnds.PskClient(name, scene.AdversarysKey));
        yield return ("another device's key", TlsEnds.PskClient(name, scene.KeyOf(other)!));
        yield return ("an unknown identity", TlsEnds.PskClient("nobody", scene.AdversarysKey));
        yield return ("another device's identity and key", TlsEnds.PskClient(other, scene.KeyOf(other)!));
    }
}

/// <summary>A broker without the key.</summary>
[Attack("ma-tls-psk-rogue-broker", Order = 55)]
internal sealed class TlsKeylessBroker : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.TlsPsk,
        Precondition = "the device connects to the adversary's broker, which does not hold its key",
        Summary = "takes the device's identity and answers with a key of its own",
        Observation = "the device sends its CONNECT",
        Reference = "RFC 4279 section 2; RFC 5489 section 2",
        Control = "one key for the whole lab, which the adversary has too",
    };

    protected override TlsWeakness ControlWeakness => TlsWeakness.ChecksNothing;

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        var (endpoint, connects) = await scene.RogueAsync(scene.FalseBrokerEnd(), cancellationToken).ConfigureAwait(false);
        var end = await scene.TryLogInAsync(scene.Testbed.Publisher, cancellationToken, endpoint).ConfigureAwait(false);
        if (connects.Count > 0)
        {
            return AttackResult.Win($"a broker with a key of its own got the device's CONNECT ({end.Seen})");
        }

        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"a broker with a key of its own got no byte of a login ({end.Seen}); the right one did");
    }
}

/// <summary>A key that is a word is found by whoever plays the broker once.</summary>
[Attack("opg-tls-psk-rogue-broker", Order = 52)]
internal sealed class TlsKeyGuess : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.TlsPsk,
        Precondition = "the device connects once to the adversary's broker, which holds no key; 1,000 words with the one that the key is among them",
        Summary = "does its half of the Diffie-Hellman exchange, keeps the device's Finished, and tries every word against it; then the same with a device whose key is random",
        Observation = "one word fits, and it is the key",
        Reference = "RFC 4279 section 7.2 (a server that is an attacker); RFC 8446 section 2.2 (keys of little entropy)",
        Control = "the scheme itself, in this process: a key that is a word",
    };

    protected override TlsWeakness ControlWeakness => TlsWeakness.None;

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        var device = scene.Testbed.Publisher.Client;
        var fitting = await GuessAsync(scene, cancellationToken).ConfigureAwait(false);
        if (fitting is not [var word] || !Encoding.UTF8.GetBytes(word).AsSpan().SequenceEqual(scene.KeyOf(device)))
        {
            return AttackResult.Loss($"{fitting.Count} of {Dictionary.Size} words fit the device's Finished");
        }

        scene.PutKey(device, RandomNumberGenerator.GetBytes(16));
        var random = await GuessAsync(scene, cancellationToken).ConfigureAwait(false);
        return AttackResult.Win($"one connection to a broker without the key: 1 of {Dictionary.Size} words fits the device's Finished, and is its key; of a random key {random.Count} do");
    }

    private static async Task<IReadOnlyList<string>> GuessAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        var guess = new PskGuess();
        var (endpoint, _) = await scene.RogueAsync(
            async (stream, token) =>
            {
                await guess.ServeAsync(stream, token).ConfigureAwait(false);
                throw new IOException("the adversary holds no key, and wants none");
            },
            cancellationToken).ConfigureAwait(false);
        var end = await scene.TryLogInAsync(scene.Testbed.Publisher, cancellationToken, endpoint).ConfigureAwait(false);
        return guess.HasFinished && !end.Succeeded
            ? [.. Dictionary.Words.AsParallel().WithCancellation(cancellationToken).Where(word => guess.Fits(Encoding.UTF8.GetBytes(word)))]
            : throw new InconclusiveException("broker without a key", "the device's Finished", end.Seen);
    }
}
