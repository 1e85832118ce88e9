namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>A login whose every message the adversary makes itself.</summary>
/// <param name="method">Authentication Method.</param>
/// <param name="x">The X that it sends.</param>
/// <param name="prove">Gets the V_C that it sends, from the broker's S ‖ Y.</param>
internal sealed class RawLogin(string method, byte[] x, Func<ServerHello, byte[]> prove) : IEnhancedAuthenticationClient
{
    public string Method => method;

    /// <summary>The broker's S and Y; null where it did not come to that.</summary>
    public ServerHello? Hello { get; private set; }

    /// <summary>V_S; null where it did not come to that.</summary>
    public byte[]? ServerProof { get; private set; }

    public ValueTask<byte[]> StartAsync(CancellationToken cancellationToken) => new(x);

    public ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Hello = ServerHello.TryDecode(data.Span, out var hello) ? hello : throw new MqttNotConnectedException($"{data.Length} bytes that are no S and Y");
        return new(prove(hello));
    }

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ServerProof = data.ToArray();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the login beside the tap, and leaves again.</summary>
    /// <returns>True where the broker let it in, and the observation.</returns>
    /// <exception cref="InconclusiveException">No answer in time.</exception>
    public async Task<(bool In, string Seen)> TryEnterAsync(HandshakeTarget target, string client, CancellationToken cancellationToken)
    {
        try
        {
            var mqtt = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = target.Broker.Address.ToString(), Port = target.Broker.Port, ClientId = client, Timeout = target.Timeout, Authentication = this,
                },
                cancellationToken).ConfigureAwait(false);
            await mqtt.DisposeAsync().ConfigureAwait(false);
            return (true, "CONNACK 0x00");
        }
        catch (MqttRefusedException e)
        {
            return (false, $"refused with 0x{(byte)e.Reason:X2}");
        }
        catch (MqttNotConnectedException e)
        {
            return (false, e.Message);
        }
        catch (MqttTimedOutException e)
        {
            throw new InconclusiveException($"login in the name of {client}", "an end, good or bad", e.Message, inner: e);
        }
    }
}
