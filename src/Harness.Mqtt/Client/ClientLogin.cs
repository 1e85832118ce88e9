namespace Harness.Mqtt;

/// <summary>From CONNECT to CONNACK on the client's side, enhanced authentication included (sections 3.1 and 4.12).</summary>
internal static class ClientLogin
{
    /// <summary>Logs in and returns the CONNACK 0x00. Sends nothing between the last AUTH and the return of CompleteAsync.</summary>
    public static async Task<ConnAckPacket> RunAsync(PacketChannel channel, MqttClientOptions options, CancellationToken cancellationToken)
    {
        var authentication = options.Authentication;
        var first = authentication is null ? null : await authentication.StartAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(channel, Connect(options, first), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var packet = await ReadAsync(channel, options, cancellationToken).ConfigureAwait(false);
            switch (packet)
            {
                case ConnAckPacket { Reason: not ReasonCode.Success } refused:
                    throw new MqttRefusedException(refused.Reason, $"the broker at {channel.Remote} refused the login of client \"{options.ClientId}\"");
                case ConnAckPacket accepted:
                    await CompleteAsync(channel, authentication, accepted, cancellationToken).ConfigureAwait(false);
                    return accepted;
                case AuthPacket auth when authentication is not null && auth.Reason == ReasonCode.ContinueAuthentication && auth.AuthenticationMethod == authentication.Method:
                    var data = await AskAsync(channel, () => authentication.ContinueAsync(auth.AuthenticationData ?? [], cancellationToken)).ConfigureAwait(false);
                    await SendAsync(channel, AuthOf(authentication, ReasonCode.ContinueAuthentication, data), cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await TryDisconnectAsync(channel, ReasonCode.ProtocolError).ConfigureAwait(false);
                    throw PacketReader.ProtocolError($"the broker at {channel.Remote} sent {Describe(packet)} where CONNACK{(authentication is null ? "" : " or AUTH 0x18 of method " + authentication.Method)} was expected");
            }
        }
    }

    /// <summary>AUTH of an exchange.</summary>
    public static AuthPacket AuthOf(IEnhancedAuthenticationClient authentication, ReasonCode reason, byte[] data)
        => new() { Reason = reason, AuthenticationMethod = authentication.Method, AuthenticationData = data };

    /// <summary>Calls the authentication client; on any exception tells the broker 0x80 and lets it pass unchanged.</summary>
    public static async Task<byte[]> AskAsync(PacketChannel channel, Func<ValueTask<byte[]>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch
        {
            await TryDisconnectAsync(channel, ReasonCode.UnspecifiedError).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>DISCONNECT where it still can be sent; 3.1.1 has no reason to give, so there the connection just ends.</summary>
    public static async Task TryDisconnectAsync(PacketChannel channel, ReasonCode reason)
    {
        if (channel.Version == MqttVersion.V311 && reason != ReasonCode.Success)
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await channel.WriteAsync(MqttCodec.Encode(new DisconnectPacket { Reason = reason }, channel.Version), patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttNotConnectedException or OperationCanceledException)
        {
            // The reason that led here matters more than that it could not be told.
        }
    }

    /// <summary>A packet in words for an error.</summary>
    public static string Describe(MqttPacket packet) => packet switch
    {
        AuthPacket p => $"AUTH 0x{(byte)p.Reason:X2} of method {p.AuthenticationMethod ?? "(none)"}",
        DisconnectPacket p => $"DISCONNECT 0x{(byte)p.Reason:X2}",
        ConnAckPacket p => $"CONNACK 0x{(byte)p.Reason:X2}",
        _ => packet.Type.ToString(),
    };

    private static async Task CompleteAsync(PacketChannel channel, IEnhancedAuthenticationClient? authentication, ConnAckPacket accepted, CancellationToken cancellationToken)
    {
        if (accepted.AuthenticationMethod != authentication?.Method)
        {
            await TryDisconnectAsync(channel, ReasonCode.ProtocolError).ConfigureAwait(false);
            throw PacketReader.ProtocolError($"CONNACK carries method {accepted.AuthenticationMethod ?? "(none)"}, expected {authentication?.Method ?? "(none)"}");
        }

        if (authentication is not null)
        {
            await AskAsync(channel, async () =>
            {
                await authentication.CompleteAsync(accepted.AuthenticationData ?? [], cancellationToken).ConfigureAwait(false);
                return [];
            }).ConfigureAwait(false);
        }
    }

    private static async Task<MqttPacket> ReadAsync(PacketChannel channel, MqttClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.ReadAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new MqttNotConnectedException($"the broker at {options.Host}:{options.Port} ended the connection before CONNACK; expected an answer to the login of \"{options.ClientId}\"");
        }
        catch (MqttProtocolException e)
        {
            await TryDisconnectAsync(channel, e.Reason).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task SendAsync(PacketChannel channel, MqttPacket packet, CancellationToken cancellationToken)
        => await channel.WriteAsync(MqttCodec.Encode(packet, channel.Version), cancellationToken).ConfigureAwait(false);

    private static ConnectPacket Connect(MqttClientOptions options, byte[]? data)
    {
        return new ConnectPacket
        {
            Version = options.Version,
            ClientId = options.ClientId,
            CleanStart = options.CleanStart,
            KeepAliveSeconds = options.KeepAliveSeconds,
            UserName = options.UserName,
            Password = options.Password,
            Will = options.Will is { } w ? new MqttWill(w.Topic, w.Payload, w.Qos, w.Retain) : null,
            SessionExpiryInterval = options.SessionExpirySeconds,
            ReceiveMaximum = options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            AuthenticationMethod = options.Authentication?.Method,
            AuthenticationData = data,
        };
    }
}
