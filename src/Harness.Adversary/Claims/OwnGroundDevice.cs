using System.Net;
using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttPresent;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims;

/// <summary>A device of a ground that logs in by itself. How its logins end is read off the tap: what it sends after V_S says whether it took it.</summary>
/// <remarks>
/// Going on after V_S is acceptance; DISCONNECT or a closed connection is refusal; silence is neither. Its key is never seen:
/// <see cref="LoginAttempt.Fingerprint"/> is empty, and an attack that needs it must find another sign.
/// </remarks>
internal sealed class OwnGroundDevice : GroundDevice
{
    private readonly Ground ground;
    private readonly IOwnDevice device;
    private IOwnDeviceRun? _run;
    private (Tap Tap, MqttProxy Proxy, int Connection) _at;

    public OwnGroundDevice(Ground ground, string role, PartyIdentity identity, IOwnDevice device)
        : base(ground, role, identity, null, ownsParty: false) => (this.ground, this.device) = (ground, device);

    public override async Task<LoginAttempt> TryLogInAsync(string? password, IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        await LogOutAsync().ConfigureAwait(false);
        if (endpoint is null)
        {
            return await TryLogInAsync(password, ground.Tap, ground.Proxy, cancellationToken).ConfigureAwait(false);
        }

        // Elsewhere as well only a tap sees how it ends; and there it stays no longer than it takes to see it.
        var tap = new Tap();
        var proxy = await MqttProxy.StartAsync(endpoint, tap, cancellationToken).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            var attempt = await TryLogInAsync(password, tap, proxy, cancellationToken).ConfigureAwait(false);
            await LogOutAsync().ConfigureAwait(false);
            return attempt;
        }
    }

    public override async ValueTask LogOutAsync()
    {
        if (_run is { } run)
        {
            _run = null;
            await run.DisposeAsync().ConfigureAwait(false);

            // What it sent last has been seen; its connection is no longer there to be taken for the next one.
            await _at.Proxy.EndOf(_at.Connection).WaitAsync(ground.Options.Patience).ConfigureAwait(false);
        }
    }

    public override async Task<byte[]> PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var (sent, isTaken) = await TellAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
        return isTaken ? sent : throw new InconclusiveException("honest publication", "to be taken by the broker", "it was refused");
    }

    public override async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        (await TellAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).IsTaken;

    /// <summary>It publishes, and the tap keeps it: for the broker the same as never sent.</summary>
    internal override async Task<byte[]> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var attack = ground.Tap.Attack;
        ground.Tap.Attack = new DropPolicy(Target.Payload(Direction.ToBroker, topic).Selector, NthPacketPolicy.Every);
        try
        {
            return (await SentAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).Packet.Payload.ToArray();
        }
        finally
        {
            ground.Tap.Attack = attack;
        }
    }

    /// <summary>A PINGREQ put into its connection, and the broker's answer at the tap; the device, which did not ask, may ignore it.</summary>
    internal override async Task RoundTripAsync(CancellationToken cancellationToken)
    {
        var known = Known();
        await ground.Proxy.InjectAsync(_at.Connection, Direction.ToBroker, MqttCodec.Encode(new PingReqPacket(), MqttVersion.V5), cancellationToken).ConfigureAwait(false);
        await SeenAsync(
            $"round trip of the {Role}", p => !known.Contains(p) && IsHere(p, Direction.ToClient) && p.Packet is PingRespPacket, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until it has acknowledged a wrap of a current key: which one a wrap holds, the broker's own SK of this device tells.</summary>
    internal override async Task WaitForKeyAsync(IReadOnlySet<string?> current, CancellationToken cancellationToken)
    {
        var topic = PrivateTopics.Key(Client);
        var key = ground.BrokerKey(Client);
        var wrap = (PublishPacket)(await SeenAsync(
            "a wrap of the current traffic key", p => IsHere(p, Direction.ToClient) && p.Packet is PublishPacket w && w.Topic == topic && current.Contains(Holds(w, key)),
            cancellationToken).ConfigureAwait(false)).Packet!;
        await SeenAsync(
            "PUBACK of the current wrap", p => IsHere(p, Direction.ToBroker) && p.Packet is PubAckPacket ack && ack.PacketId == wrap.PacketId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LoginAttempt> TryLogInAsync(string? password, Tap tap, MqttProxy proxy, CancellationToken cancellationToken)
    {
        var before = tap.Seen.Select(p => p.Connection).DefaultIfEmpty(0).Max();
        _run = device.Start(proxy.Endpoint, password is null ? Identity : Identity with { Password = password }, ground.Options.KeyBits);
        _at = (tap, proxy, 0);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ground.Options.Patience);
        try
        {
            var connect = tap.WaitForAsync(p => p.Connection > before && p.Packet is ConnectPacket c && c.ClientId == Client, limit.Token);
            if (await Task.WhenAny(connect, _run.Ended).ConfigureAwait(false) != connect)
            {
                // Its command ended; what it sent before may still be on its way through the tap.
                limit.CancelAfter(TimeSpan.FromSeconds(2));
            }

            _at.Connection = (await connect.ConfigureAwait(false)).Connection;
            var decided = tap.WaitForAsync(p => IsHere(p) && Decides(p), limit.Token);
            var ended = proxy.EndOf(_at.Connection);
            if (await Task.WhenAny(decided, ended).ConfigureAwait(false) == decided)
            {
                await decided.ConfigureAwait(false);
            }

            return Judge(tap.Seen.Where(IsHere));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _at.Connection == 0)
        {
            throw new RigErrorException($"external device {device.Name}", $"a login as \"{Client}\" at {proxy.Endpoint}", _run.Words);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException(
                $"login of the {Role}", $"the device to go on or to leave within {ground.Options.Patience.TotalSeconds:0.###} s", "it stayed silent");
        }
    }

    private LoginAttempt Judge(IEnumerable<ProxiedPacket> connection)
    {
        var hasProof = false;
        foreach (var packet in connection)
        {
            switch (packet)
            {
                case { Direction: Direction.ToClient, Packet: ConnAckPacket { Reason: ReasonCode.Success } }:
                    hasProof = true;
                    break;
                case { Direction: Direction.ToClient, Packet: ConnAckPacket refusal }:
                    return new LoginAttempt(false, "", $"broker refused the {Role} with 0x{(byte)refusal.Reason:X2}");
                case { Direction: Direction.ToBroker, Packet: DisconnectPacket left }:
                    return new LoginAttempt(false, "", $"{Role} left with DISCONNECT 0x{(byte)left.Reason:X2} {(hasProof ? "after V_S" : "before V_S")}");
                case { Direction: Direction.ToBroker } when Decides(packet):
                    var words = packet.Packet?.Type.ToString().ToUpperInvariant() ?? "undecodable bytes";
                    return hasProof
                        ? new LoginAttempt(true, "", $"{Role} went on with {words} after V_S")
                        : throw new InconclusiveException($"login of the {Role}", "its handshake", $"{words} before V_S");
                default:
                    break;
            }
        }

        return new LoginAttempt(false, "", $"{Role}'s connection ended {(hasProof ? "after V_S without another packet" : "before V_S")}");
    }

    private static bool Decides(ProxiedPacket packet) => packet.Direction == Direction.ToBroker
        ? packet.Packet is not (ConnectPacket or AuthPacket)
        : packet.Packet is ConnAckPacket { Reason: not ReasonCode.Success };

    private HashSet<ProxiedPacket> Known() => new(ground.Tap.Seen, ReferenceEqualityComparer.Instance);

    private async Task<(byte[] Sent, bool IsTaken)> TellAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var (sent, known) = await SentAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
        var answer = await SeenAsync(
            $"PUBACK for {device.Name}",
            p => !known.Contains(p) && IsHere(p, Direction.ToClient) && (p.Packet is DisconnectPacket || (p.Packet is PubAckPacket ack && ack.PacketId == sent.PacketId)),
            cancellationToken).ConfigureAwait(false);
        return (sent.Payload.ToArray(), answer.Packet is PubAckPacket { Reason: < ReasonCode.UnspecifiedError });
    }

    private async Task<(PublishPacket Packet, HashSet<ProxiedPacket> Known)> SentAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        if (device.Muteness.Length > 0)
        {
            throw new InconclusiveException(
                $"publication of {device.Name}", "a device that publishes what it is told (publishes: on-command in the rig)", device.Muteness);
        }

        var run = _run ?? throw new InvalidOperationException($"the {Role} is not logged in; call LogInAsync first");
        var known = Known();
        await run.PublishAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
        var sent = (PublishPacket)(await SeenAsync(
            $"PUBLISH of {device.Name}", p => !known.Contains(p) && IsHere(p, Direction.ToBroker) && p.Packet is PublishPacket m && m.Topic == topic,
            cancellationToken).ConfigureAwait(false)).Packet!;
        return (sent, known);
    }

    private async Task<ProxiedPacket> SeenAsync(string what, Func<ProxiedPacket, bool> wanted, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ground.Options.Patience);
        try
        {
            return await _at.Tap.WaitForAsync(wanted, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException(what, $"at the tap within {ground.Options.Patience.TotalSeconds:0.###} s", "none");
        }
    }

    private bool IsHere(ProxiedPacket packet) => packet.Connection == _at.Connection;

    private bool IsHere(ProxiedPacket packet, Direction direction) => IsHere(packet) && packet.Direction == direction;

    private string? Holds(PublishPacket wrap, byte[] sessionKey)
    {
        if (!WrapMessage.TryDecode(wrap.Payload.Span, out var message)
            || !MqttPresentCipher.TryUnwrap(ground.Options.KeyBits, sessionKey, message.Wrap.Span, out var key))
        {
            return null;
        }

        var fingerprint = Fingerprints.Of(key);
        CryptographicOperations.ZeroMemory(key);
        return fingerprint;
    }
}
