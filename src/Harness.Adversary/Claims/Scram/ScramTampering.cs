using System.Text.RegularExpressions;

namespace Harness.Adversary.Claims.Scram;

/// <summary>Every message of a login is altered on the way.</summary>
[Attack("ma-scram-altered-messages", Order = 33)]
internal sealed class ScramAlteredMessages : ScramAttack
{
    private static readonly (string Words, PacketField Field, string Pattern, string Put, bool AtBroker)[] Alterations =
    [
        ("another nonce of the client", PacketField.X, "r=.", "r=~", true),
        ("channel binding said to be unused", PacketField.X, "^n,,", "y,,", true),
        ("another nonce of the broker", PacketField.Challenge, "(r=[^,]*).,", "$1~,", true),
        ("another salt", PacketField.Challenge, "s=[^,]*,", "s=c2FsdA==,", true),
        ("more iterations", PacketField.Challenge, "i=[0-9]*", "i=4097", true),
        ("another header in the client's last message", PacketField.ClientProof, "c=biws", "c=eSws", true),
        ("another nonce in the client's last message", PacketField.ClientProof, "(r=[^,]*).,p=", "$1~,p=", true),
        ("a proof of zeros", PacketField.ClientProof, "p=.*", "p=" + Zeros, true),
        ("no proof", PacketField.ClientProof, ",p=.*", "", true),
        ("a signature of zeros", PacketField.ServerProof, "v=.*", "v=" + Zeros, false),
        ("no signature", PacketField.ServerProof, ".*", "", false),
    ];

    private const string Zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.Scram,
        Precondition = "on the way between device and broker; alters packets",
        Summary = $"alters each of the four messages of a login, in {Alterations.Length} ways",
        Observation = "the end that receives a message takes it: the broker sends CONNACK 0x00, or the device takes itself for logged in",
        Reference = "RFC 5802 section 3 (AuthMessage)",
        Control = "a device that takes any nonce and signature, and a broker that takes any proof",
    };

    protected override bool TrustingDevice => true;

    protected override Func<SecureBrokerOptions, SecureBrokerOptions> WeakBroker => options => TrustingScramBroker.On(options);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (words, field, pattern, put, atBroker) in Alterations)
        {
            var policy = new AlterPolicy(field, value => Encoding.UTF8.GetBytes(new Regex(pattern).Replace(Encoding.UTF8.GetString(value), put, 1)));
            var (device, broker) = await LogInAsync(testbed, policy, cancellationToken).ConfigureAwait(false);
            if (policy.Triggered == 0)
            {
                throw new InconclusiveException(words, $"a {field.Name} at the tap", device.Seen);
            }

            if (atBroker ? broker : device.Succeeded)
            {
                return AttackResult.Win($"{words}: {device.Seen}");
            }

            codes.Add(device.Code ?? device.Seen);
        }

        await RequireUndisturbedAsync(testbed, cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"{Alterations.Length} altered messages refused ({string.Join(", ", codes)}), the untouched login accepted");
    }
}

/// <summary>An adversary on the way asks the device for a proof that is cheaper to guess at, or over a nonce of his own.</summary>
internal abstract class ScramSubstitution : ScramAttack
{
    /// <summary>Pieces of the broker's first message and what takes their place.</summary>
    protected abstract IReadOnlyList<(string Words, string Pattern, string Put)> Substitutions { get; }

    protected override bool TrustingDevice => true;

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        foreach (var (words, pattern, put) in Substitutions)
        {
            var policy = new AlterPolicy(PacketField.Challenge, value => Encoding.UTF8.GetBytes(Regex.Replace(Encoding.UTF8.GetString(value), pattern, put)));
            var before = testbed.Tap.Values(PacketField.ClientProof).Count;
            var (device, _) = await LogInAsync(testbed, policy, cancellationToken).ConfigureAwait(false);
            if (policy.Triggered == 0)
            {
                throw new InconclusiveException(words, "a first message of the broker at the tap", device.Seen);
            }

            if (testbed.Tap.Values(PacketField.ClientProof).Count > before)
            {
                return AttackResult.Win($"{words}: the device sent its proof");
            }

            seen.Add($"{words}: {device.Code ?? device.Seen}");
        }

        await RequireUndisturbedAsync(testbed, cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss(string.Join("; ", seen));
    }
}

/// <summary>Fewer iterations are asked for, so that each guess costs less.</summary>
[Attack("mitm-scram-iterations", Order = 31)]
internal sealed class ScramDowngrade : ScramSubstitution
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Schemes = SchemeSets.Scram,
        Precondition = "on the way between device and broker, or the broker that the device connects to",
        Summary = "asks the device for 1 and for 4,095 iterations, so that its proof can be guessed at for less, and for 99,999,999, so that it computes for minutes",
        Observation = "the device answers with a proof",
        Reference = "RFC 7677 section 4; RFC 5802 section 9",
        Control = "a device that takes any number of iterations",
    };

    // Not so many that a control that takes them computes for long.
    protected override IReadOnlyList<(string Words, string Pattern, string Put)> Substitutions =>
        [("1 iteration", "i=[0-9]+$", "i=1"), ("4,095 iterations", "i=[0-9]+$", "i=4095"), ("99,999,999 iterations", "i=[0-9]+$", "i=99999999")];
}

/// <summary>A nonce that is not the device's own, so that an old exchange could be put before it.</summary>
[Attack("mitm-scram-nonce", Order = 32)]
internal sealed class ScramForeignNonce : ScramSubstitution
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Schemes = SchemeSets.Scram,
        Precondition = "on the way between device and broker, or the broker that the device connects to",
        Summary = "answers with a nonce of its own, and with the device's nonce alone, to which nothing was added",
        Observation = "the device answers with a proof",
        Reference = "RFC 5802 section 5.1 (attribute r)",
        Control = "a device that takes any nonce",
    };

    protected override IReadOnlyList<(string Words, string Pattern, string Put)> Substitutions =>
        [("a nonce that does not extend the client's", "^r=[^,]+", "r=a-nonce-of-its-own"), ("a nonce of one character", "^r=(.)[^,]*", "r=$1")];
}
