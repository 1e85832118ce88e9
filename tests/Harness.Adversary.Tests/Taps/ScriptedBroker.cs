using System.Net;
using System.Net.Sockets;
using Harness.Mqtt.Codec;

namespace Harness.Adversary.Tests.Taps;

/// <summary>A broker that does one thing with each CONNECT.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _wakes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _then = "answers";

    public ScriptedBroker(MqttVersion version = MqttVersion.V5)
    {
        _listener.Start();
        Endpoint = (IPEndPoint)_listener.LocalEndpoint;
        _ = AcceptAsync(version);
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Sets what it does: answers, closes, is busy, hangs until it does something else, is gone, or falls over at the next CONNECT.</summary>
    public void Then(string then)
    {
        var hung = _then == "hangs";
        _then = then;
        if (then == "is gone")
        {
            _listener.Stop();
        }

        if (hung)
        {
            _wakes.SetResult();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _wakes.TrySetResult();
    }

    private async Task AcceptAsync(MqttVersion version)
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await socket.ReceiveAsync(new byte[1024]);
                if (_then == "hangs")
                {
                    await _wakes.Task;
                }

                switch (_then)
                {
                    case "falls over":
                        _listener.Stop();
                        return;
                    case "closes":
                        break;
                    default:
                        await socket.SendAsync(MqttCodec.Encode(new ConnAckPacket { Reason = _then == "is busy" ? ReasonCode.ServerBusy : ReasonCode.Success }, version));
                        break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone.
        }
    }
}
