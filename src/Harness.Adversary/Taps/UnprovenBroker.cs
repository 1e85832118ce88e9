using System.Diagnostics;

namespace Harness.Adversary.Taps;

/// <summary>Flips a bit of the broker's proof in the successful CONNACK, and looks whether the device goes on; one that needs no proof goes on at any broker.</summary>
[TapAttack("unproven-broker", "a device goes on only at a broker that proved itself", Order = 9)]
internal sealed class UnprovenBroker : TapAttack
{
    private string? _done;
    private bool _isAltered;
    private long _sentAt;
    private ReasonCode? _left;
    private string? _lost;

    protected override string Unbegun => _lost is null ? base.Unbegun : $"{_lost}, and no other login came that shows more";

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

            (_done, _isAltered, _sentAt) = ("a proof in CONNACK with one bit flipped", true, Stopwatch.GetTimestamp());
            var altered = (byte[])data.Clone();
            altered[altered.Length / 2] ^= 1;
            return [ProxyAction.Send(packet.Direction, connack with { AuthenticationData = altered }, packet.Version)];
        }

        if (_done is not null && packet.Direction == PacketDirection.ToBroker)
        {
            if (packet.Packet is DisconnectPacket leaving)
            {
                _left = leaving.Reason; // judged at the end, which tells whether it had read the CONNACK
                return null;
            }

            var goesOn = packet.Packet is SubscribePacket or PublishPacket or UnsubscribePacket or PingReqPacket;
            Settle(goesOn ? Verdict.Fail : Verdict.Inconclusive, goesOn ? $"the device went on with {packet.Packet!.Type} after {_done}" : $"the device sent something else after {_done}");
        }

        return null;
    }

    protected override Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_done is null)
        {
            Settle(Verdict.Inconclusive, "its login ended without an answer");
            return Task.CompletedTask;
        }

        // A device may take its time: one that works out the proof on a small processor closes late.
        if (NoAnswer(end, ConnectionSide.Client, _sentAt, TimeSpan.MaxValue) is { } refuted)
        {
            // The next login is taken: a recorded login, say, took the session over.
            (_lost, _done, _isAltered, _left) = ($"{refuted} after {_done}; whether the device would have gone on does not show", null, false, null);
            Release();
            return Task.CompletedTask;
        }

        // Closing without a word is how many devices abort; one that needs no proof may as well have had nothing to say.
        var isAbort = _isAltered || _left >= ReasonCode.UnspecifiedError;
        Settle(isAbort ? Verdict.Pass : Verdict.Inconclusive, _left is { } reason ? $"the device left with {Said(reason)} after {_done}" : $"the device closed and sent nothing after {_done}");
        return Task.CompletedTask;
    }
}
