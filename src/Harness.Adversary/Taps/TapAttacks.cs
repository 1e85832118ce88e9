namespace Harness.Adversary.Taps;

/// <summary>The attacks that a tap can carry out and judge at any broker.</summary>
public static class TapAttacks
{
    /// <summary>Their names, in the order in which they are tried: the last may make a device give up.</summary>
    public static IReadOnlyList<string> Names { get; } = ["password-in-clear", "login-replay", "unproven-broker", "altered-proof"];

    /// <summary>Makes one.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static TapAttack Create(string name) => name switch
    {
        "password-in-clear" => new PasswordInClear(name),
        "login-replay" => new LoginReplay(name),
        "altered-proof" => new AlteredProof(name),
        "unproven-broker" => new UnprovenBroker(name),
        _ => throw new FormatException($"there is no attack '{name}'; there are: {string.Join(", ", Names)}"),
    };

    /// <summary>A reason code in words.</summary>
    private static string Said(ReasonCode reason) => $"0x{(byte)reason:x2}";

    private sealed class PasswordInClear(string name) : TapAttack(name, "a login gives no password to whoever reads the wire")
    {
        public override bool IsPassive => true;

        protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
        {
            if (packet.Packet is ConnectPacket { Password: { } password })
            {
                Settle(Verdict.Fail, $"CONNECT of connection {Connection} holds a password of {password.Length} bytes, with no TLS around it");
            }
            else if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket })
            {
                Settle(Verdict.Pass, Login?.AuthenticationMethod is { } method ? $"the login of connection {Connection} is by {method} and has no password" : $"the login of connection {Connection} has no password");
            }

            return null;
        }

        protected override Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
        {
            Settle(Verdict.Inconclusive, "its login ended without an answer");
            return Task.CompletedTask;
        }
    }

    /// <summary>Records the client's half of a login, and says it again once its connection has ended.</summary>
    private sealed class LoginReplay(string name) : TapAttack(name, "a login that was recorded lets nobody in again")
    {
        private readonly List<ReadOnlyMemory<byte>> _recorded = [];
        private MqttVersion _version;
        private bool _isLoggedIn;

        public override bool IsPassive => true;

        public override bool HasSeenEnough => _isLoggedIn || base.HasSeenEnough;

        protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
        {
            if (packet is { Direction: PacketDirection.ToBroker, Packet: ConnectPacket or AuthPacket } && !_isLoggedIn)
            {
                _version = packet.Version;
                _recorded.Add(packet.Raw.ToArray());
            }
            else if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket connack })
            {
                _isLoggedIn = connack.Reason == ReasonCode.Success;
                if (!_isLoggedIn)
                {
                    Settle(Verdict.Inconclusive, $"the broker refused the login that was recorded with {Said(connack.Reason)}");
                }
            }

            return null;
        }

        protected override async Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
        {
            if (!_isLoggedIn)
            {
                Settle(Verdict.Inconclusive, "its login ended without an answer");
                return;
            }

            using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            within.CancelAfter(limit);
            try
            {
                var reason = await UnauthenticatedClient.ReplayAsync(broker, _recorded, within.Token, _version).ConfigureAwait(false);
                Settle(
                    reason == ReasonCode.Success ? Verdict.Fail : Verdict.Pass,
                    reason == ReasonCode.Success ? $"the broker let the recorded login of connection {Connection} in again" : $"the broker refused the recorded login with {Said(reason)}");
            }
            catch (MqttNotConnectedException e)
            {
                Settle(Verdict.Pass, $"the recorded login did not get in: {e.Message}");
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or MqttProtocolException)
            {
                Settle(Verdict.Inconclusive, $"the recorded login could not be said again: {e.Message}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Settle(Verdict.Inconclusive, $"the broker did not answer the recorded login within {limit.TotalSeconds:0.#} s");
            }
        }
    }

    /// <summary>Flips a bit of what the client proves itself by: the data of AUTH, or the password.</summary>
    private sealed class AlteredProof(string name) : TapAttack(name, "a login whose proof was altered on the way is refused")
    {
        private string? _altered;

        protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
        {
            if (_altered is null && packet.Direction == PacketDirection.ToBroker)
            {
                var field = packet.Packet switch
                {
                    ConnectPacket { AuthenticationMethod: null, Password: { Length: > 0 } } => PacketField.Password,
                    AuthPacket { AuthenticationData: { Length: > 0 } } => PacketField.ClientProof,
                    _ => null,
                };
                if (field is not null && field.TryRead(packet, out var value))
                {
                    value[^1] ^= 1;
                    _altered = field == PacketField.Password ? "the password of CONNECT" : "the data of AUTH";
                    return [ProxyAction.Send(packet.Direction, field.Write(packet, value), packet.Version)];
                }
            }

            if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket or DisconnectPacket or AuthPacket { Reason: ReasonCode.Success } })
            {
                var reason = packet.Packet switch { ConnAckPacket c => c.Reason, DisconnectPacket d => d.Reason, _ => ReasonCode.Success };
                Settle(
                    _altered is null ? Verdict.Inconclusive : reason == ReasonCode.Success ? Verdict.Fail : Verdict.Pass,
                    _altered is null ? "the login has neither a password nor a proof in AUTH" : reason == ReasonCode.Success ? $"the broker let it in with one bit of {_altered} flipped" : $"the broker refused with {Said(reason)} after one bit of {_altered} was flipped");
            }

            return null;
        }

        protected override Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
        {
            Settle(_altered is null ? Verdict.Inconclusive : Verdict.Pass, _altered is null ? "its login ended before it proved anything" : $"the broker closed without a reason after one bit of {_altered} was flipped");
            return Task.CompletedTask;
        }
    }

    /// <summary>Flips a bit of the broker's proof in the successful CONNACK, and looks whether the device goes on; one that needs no proof goes on at any broker.</summary>
    private sealed class UnprovenBroker(string name) : TapAttack(name, "a device goes on only at a broker that proved itself")
    {
        private string? _done;

        protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
        {
            if (_done is null && packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket connack })
            {
                if (connack.Reason != ReasonCode.Success)
                {
                    Settle(Verdict.Inconclusive, $"the broker refused the login with {Said(connack.Reason)}");
                    return null;
                }

                if (connack.AuthenticationData is not { Length: > 0 } data)
                {
                    _done = "a CONNACK without any proof";
                    return null;
                }

                _done = "a proof in CONNACK with one bit flipped";
                byte[] altered = [.. data[..^1], (byte)(data[^1] ^ 1)];
                return [ProxyAction.Send(packet.Direction, connack with { AuthenticationData = altered }, packet.Version)];
            }

            if (_done is not null && packet.Direction == PacketDirection.ToBroker)
            {
                var goesOn = packet.Packet is SubscribePacket or PublishPacket or UnsubscribePacket or PingReqPacket;
                Settle(
                    goesOn ? Verdict.Fail : packet.Packet is DisconnectPacket ? Verdict.Pass : Verdict.Inconclusive,
                    packet.Packet is DisconnectPacket left ? $"the device left with {Said(left.Reason)} after {_done}" : goesOn ? $"the device went on with {packet.Packet!.Type} after {_done}" : $"the device sent something else after {_done}");
            }

            return null;
        }

        protected override Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
        {
            // Closing without a word is how many devices abort; one that needs no proof may as well have had nothing to say.
            var wasAltered = _done?.StartsWith("a proof", StringComparison.Ordinal) == true;
            Settle(wasAltered ? Verdict.Pass : Verdict.Inconclusive, _done is null ? "its login ended without an answer" : $"the device closed and sent nothing after {_done}");
            return Task.CompletedTask;
        }
    }
}
