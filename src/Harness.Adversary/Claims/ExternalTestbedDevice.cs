namespace Harness.Adversary.Claims;

/// <summary>A device of a testbed that logs in by itself. How its logins end is read off the tap: what it sends after V_S says whether it took it.</summary>
/// <remarks>
/// Going on after V_S is acceptance; DISCONNECT or a closed connection is refusal; silence is neither. Its key is never seen:
/// <see cref="LoginResult.Fingerprint"/> is empty, and an attack that needs it must find another sign.
/// </remarks>
internal sealed class ExternalTestbedDevice(AttackTestbed testbed, string name, PartyIdentity identity, IExternalDevice device)
    : TestbedDevice(testbed, name, identity, getParty: null)
{
    private IExternalDeviceRun? _run;
    private (Tap Tap, MqttProxy Proxy, int Connection) _tapPosition;

    public override IParty Party => throw OutOfReach("cryptography that an attack can ask for");

    public override DeviceSession RequiredSession => throw OutOfReach("a session that the harness carries");

    public override async Task<LoginResult> TryLogInAsync(LoginRequest request, CancellationToken cancellationToken)
    {
        await LogOutAsync().ConfigureAwait(false);
        if (request.Endpoint is not { } endpoint)
        {
            return Note(await TryLogInAsync(request.Password, testbed.Tap, testbed.Proxy, cancellationToken).ConfigureAwait(false));
        }

        // Elsewhere as well only a tap sees how it ends; and there it stays no longer than it takes to see it.
        var tap = new Tap();
        var proxy = await MqttProxy.StartAsync(endpoint, tap, cancellationToken).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            var result = await TryLogInAsync(request.Password, tap, proxy, cancellationToken).ConfigureAwait(false);
            await LogOutAsync().ConfigureAwait(false);
            return Note(result);
        }
    }

    public override async ValueTask LogOutAsync()
    {
        if (_run is { } run)
        {
            _run = null;
            await run.DisposeAsync().ConfigureAwait(false);

            // Its last packets have been seen; its connection is no longer there to be taken for the next one.
            await _tapPosition.Proxy.EndOf(_tapPosition.Connection).WaitAsync(testbed.Options.Timeout).ConfigureAwait(false);
        }
    }

    public override async Task<byte[]> PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var (sent, isTaken) = await PublishCommandAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
        return isTaken ? sent : throw new InconclusiveException("honest publication", "to be taken by the broker", "it was refused");
    }

    public override async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        (await PublishCommandAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).IsTaken;

    /// <summary>It publishes, and the tap keeps it: for the broker the same as never sent.</summary>
    public override async Task<byte[]> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var attack = testbed.Tap.Attack;
        testbed.Tap.Attack = new DropPolicy(PacketField.Payload(PacketDirection.ToBroker, topic).Selector, NthPacketPolicy.Every);
        try
        {
            return (await SentAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).Packet.Payload.ToArray();
        }
        finally
        {
            testbed.Tap.Attack = attack;
        }
    }

    /// <summary>A PINGREQ put into its connection, and the broker's answer at the tap; the device, which did not ask, may ignore it.</summary>
    public override async Task RoundTripAsync(CancellationToken cancellationToken)
    {
        var known = Known();
        await testbed.Proxy.InjectAsync(_tapPosition.Connection, PacketDirection.ToBroker, MqttCodec.Encode(new PingReqPacket(), MqttVersion.V5), cancellationToken).ConfigureAwait(false);
        await SeenAsync(
            $"round trip of {Name}", p => !known.Contains(p) && IsHere(p, PacketDirection.ToClient) && p.Packet is PingRespPacket, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until it has acknowledged a wrap of a current key: which one a wrap holds, the broker's own SK of this device tells.</summary>
    public override async Task WaitForKeyAsync(IReadOnlySet<string?> wanted, CancellationToken cancellationToken)
    {
        var topic = PrivateTopics.Key(Client);
        var key = testbed.BrokerKey(Client);
        var wrap = (PublishPacket)(await SeenAsync(
            "a wrap of the current traffic key", p => IsHere(p, PacketDirection.ToClient) && p.Packet is PublishPacket w && w.Topic == topic && wanted.Contains(Holds(w, key)),
            cancellationToken).ConfigureAwait(false)).Packet!;
        await SeenAsync(
            "PUBACK of the current wrap", p => IsHere(p, PacketDirection.ToBroker) && p.Packet is PubAckPacket ack && ack.PacketId == wrap.PacketId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LoginResult> TryLogInAsync(string? password, Tap tap, MqttProxy proxy, CancellationToken cancellationToken)
    {
        var before = tap.Seen.Select(p => p.Connection).DefaultIfEmpty(0).Max();
        _run = device.Start(proxy.Endpoint, password is null ? Identity : Identity with { Password = password }, testbed.Options.KeyBits);
        _tapPosition = (tap, proxy, 0);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(testbed.Options.Timeout);
        try
        {
            var connect = tap.WaitForAsync(p => p.Connection > before && p.Packet is ConnectPacket c && c.ClientId == Client, limit.Token);
            if (await Task.WhenAny(connect, _run.Ended).ConfigureAwait(false) != connect)
            {
                // Its command ended; what it sent before may still be on its way through the tap.
                limit.CancelAfter(TimeSpan.FromSeconds(2));
            }

            _tapPosition.Connection = (await connect.ConfigureAwait(false)).Connection;
            var decided = tap.WaitForAsync(p => IsHere(p) && Decides(p), limit.Token);
            var ended = proxy.EndOf(_tapPosition.Connection);
            if (await Task.WhenAny(decided, ended).ConfigureAwait(false) == decided)
            {
                await decided.ConfigureAwait(false);
            }

            return Judge(tap.Seen.Where(IsHere));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _tapPosition.Connection == 0)
        {
            throw new RigErrorException($"external device {device.Name}", $"a login as \"{Client}\" at {proxy.Endpoint}", _run.Description);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException(
                $"login of {Name}", $"the device to go on or to leave within {testbed.Options.Timeout.TotalSeconds:0.###} s", "it stayed silent");
        }
    }

    private LoginResult Judge(IEnumerable<ProxiedPacket> connection)
    {
        var hasProof = false;
        foreach (var packet in connection)
        {
            switch (packet)
            {
                case { Direction: PacketDirection.ToClient, Packet: ConnAckPacket { Reason: ReasonCode.Success } }:
                    hasProof = true;
                    break;
                case { Direction: PacketDirection.ToClient, Packet: ConnAckPacket refusal }:
                    return new LoginResult(LoginStatus.RefusedByBroker, $"refused with 0x{(byte)refusal.Reason:x2}") { Reason = refusal.Reason };
                case { Direction: PacketDirection.ToBroker, Packet: DisconnectPacket left }:
                    return new LoginResult(LoginStatus.AbortedByDevice, $"left with DISCONNECT 0x{(byte)left.Reason:x2} {(hasProof ? "after V_S" : "before V_S")}");
                case { Direction: PacketDirection.ToBroker } when Decides(packet):
                    var words = packet.Packet?.Type.ToString().ToUpperInvariant() ?? "undecodable bytes";
                    return hasProof
                        ? new LoginResult(LoginStatus.Succeeded, $"went on with {words} after V_S") { Fingerprint = "" }
                        : throw new InconclusiveException($"login of {Name}", "its handshake", $"{words} before V_S");
                default:
                    break;
            }
        }

        return new LoginResult(LoginStatus.BrokerGone, $"connection ended {(hasProof ? "after V_S without another packet" : "before V_S")}");
    }

    private static bool Decides(ProxiedPacket packet) => packet.Direction == PacketDirection.ToBroker
        ? packet.Packet is not (ConnectPacket or AuthPacket)
        : packet.Packet is ConnAckPacket { Reason: not ReasonCode.Success };

    private HashSet<ProxiedPacket> Known() => new(testbed.Tap.Seen, ReferenceEqualityComparer.Instance);

    private async Task<(byte[] Sent, bool IsTaken)> PublishCommandAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var (sent, known) = await SentAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
        var answer = await SeenAsync(
            $"PUBACK for {device.Name}",
            p => !known.Contains(p) && IsHere(p, PacketDirection.ToClient) && (p.Packet is DisconnectPacket || (p.Packet is PubAckPacket ack && ack.PacketId == sent.PacketId)),
            cancellationToken).ConfigureAwait(false);
        return (sent.Payload.ToArray(), answer.Packet is PubAckPacket { Reason: < ReasonCode.UnspecifiedError });
    }

    private async Task<(PublishPacket Packet, HashSet<ProxiedPacket> Known)> SentAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        if (device.CannotPublishReason.Length > 0)
        {
            throw new InconclusiveException(
                $"publication of {device.Name}", "a device that publishes what it is told (publishes: on-command in the rig)", device.CannotPublishReason);
        }

        var run = _run ?? throw new InvalidOperationException($"{Name} is not logged in; call LogInAsync first");
        var known = Known();
        await run.PublishAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
        var sent = (PublishPacket)(await SeenAsync(
            $"PUBLISH of {device.Name}", p => !known.Contains(p) && IsHere(p, PacketDirection.ToBroker) && p.Packet is PublishPacket m && m.Topic == topic,
            cancellationToken).ConfigureAwait(false)).Packet!;
        return (sent, known);
    }

    private async Task<ProxiedPacket> SeenAsync(string what, Func<ProxiedPacket, bool> wanted, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(testbed.Options.Timeout);
        try
        {
            return await _tapPosition.Tap.WaitForAsync(wanted, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException(what, $"at the tap within {testbed.Options.Timeout.TotalSeconds:0.###} s", "none");
        }
    }

    private bool IsHere(ProxiedPacket packet) => packet.Connection == _tapPosition.Connection;

    private bool IsHere(ProxiedPacket packet, PacketDirection direction) => IsHere(packet) && packet.Direction == direction;

    private string? Holds(PublishPacket wrap, byte[] sessionKey)
    {
        if (!WrapMessage.TryDecode(wrap.Payload.Span, out var message)
            || !MqttPresentCipher.TryUnwrap(testbed.Options.KeyBits, sessionKey, message.Wrap.Span, out var key))
        {
            return null;
        }

        var fingerprint = Crypto.Fingerprints.Of(key);
        CryptographicOperations.ZeroMemory(key);
        return fingerprint;
    }

    private InconclusiveException OutOfReach(string wanted) => new(
        Name, $"a device with {wanted}", "one that logs in by itself: broker and tap see what it sends, and no more", nextCommand: "./harness claims --publisher host");
}
