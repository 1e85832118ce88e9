namespace Harness.Brokers.Conformance.Clients;

/// <summary>The talk with a device by which one statement is decided: the connections that it makes, and the sessions that statements share.</summary>
internal sealed class ClientTalk(ClientSessions sessions, MqttVersion version, string number, CancellationToken stop) : IAsyncDisposable
{
    private readonly List<DeviceLink> _links = [];
    private DeviceListener? _listener;

    public ClientUnderTest Client => sessions.Client;

    public MqttVersion Version { get; } = version;

    /// <summary>The number of the statement that is decided.</summary>
    public string Number { get; } = number;

    public bool Five => Version == MqttVersion.V5;

    public CancellationToken Stop { get; } = stop;

    /// <summary>The device where the harness started it.</summary>
    public IDeviceRun? Device { get; private set; }

    /// <summary>A session in which the device does as it likes and all is well: every packet is answered, and messages of every QoS come.</summary>
    /// <exception cref="NothingSeenException">The device did not come by this version.</exception>
    public async Task<DeviceLink> ObservedAsync() => Introduced(await sessions.ObservedAsync(Version).WaitAsync(Stop).ConfigureAwait(false));

    /// <summary>The same session, whatever its first packet was.</summary>
    public Task<DeviceLink> FirstSeenAsync() => sessions.ObservedAsync(Version).WaitAsync(Stop);

    /// <summary>A session in which nothing that the device publishes with QoS 1 and 2 is acknowledged, and no message comes.</summary>
    public Task<DeviceLink> HeldAsync() => sessions.HeldAsync(Version).WaitAsync(Stop);

    /// <summary>A session that is cut while messages of the device are unacknowledged, and resumed.</summary>
    public Task<Resumption> ResumedAsync() => sessions.ResumedAsync(Version).WaitAsync(Stop);

    /// <summary>Waits for the device, which is started anew where the harness starts it, and reads its first packet.</summary>
    /// <exception cref="NothingSeenException">It does not come.</exception>
    public async Task<DeviceLink> DialedAsync()
    {
        _listener ??= sessions.Listener ?? DeviceListener.Bind(Client.Listen);
        _links.ForEach(l => l.Dispose()); // a device that comes by itself comes again once its connection is cut
        await (Device?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        sessions.CheckThatItComes();
        if (Client.Start is not null)
        {
            _listener.Drain();
        }

        Device = Client.Start?.Invoke(_listener.Told, Version);
        var link = await NextAsync(Client.ConnectWithin).ConfigureAwait(false);
        sessions.Came(link is not null);
        return link ?? throw new NothingSeenException(Device is { Ended.IsCompleted: true }
            ? $"the device's command ended without a connection{(Device.LastWords.Length == 0 ? "" : $": {Device.LastWords}")}"
            : $"no device came within {Client.ConnectWithin.TotalSeconds:0} s");
    }

    /// <summary>Waits for the device and lets it in.</summary>
    /// <param name="answer">CONNACK; null for one without properties.</param>
    /// <exception cref="NothingSeenException">It does not come, or not by this version.</exception>
    public async Task<DeviceLink> ConnectAsync(ConnAckPacket? answer = null)
    {
        var link = Introduced(await DialedAsync().ConfigureAwait(false));
        await LetInAsync(link, answer ?? new ConnAckPacket()).ConfigureAwait(false);
        return link;
    }

    /// <summary>Lets a device in: behind the exchange of its login, where its CONNECT names a method and the login can be judged.</summary>
    /// <param name="link">The connection, on which CONNECT came.</param>
    /// <param name="answer">CONNACK, to which the method and the server's last data are added.</param>
    /// <exception cref="NothingSeenException">The login is refused, or the device ends it.</exception>
    public async Task LetInAsync(DeviceLink link, ConnAckPacket answer)
    {
        if (link.Connect is not { Version: MqttVersion.V5, Method: { } method } connect || Client.Authenticator?.Supports(method) != true)
        {
            await link.SendAsync(answer).ConfigureAwait(false);
            return;
        }

        using var exchange = Client.Authenticator.Begin(new AuthenticationRequest(Strings.Of(connect.ClientId), method, IsReauthentication: false, null));
        var step = await exchange.NextAsync(connect.AuthenticationData, Stop).ConfigureAwait(false);
        while (step.Reason == ReasonCode.ContinueAuthentication)
        {
            await link.SendAsync(new AuthPacket { Reason = step.Reason, AuthenticationMethod = method, AuthenticationData = step.Data }).ConfigureAwait(false);
            var proof = await link.ServeAsync(Client.ConnectWithin, f => f.Type == PacketType.Auth, Serving.NoAcknowledgement).ConfigureAwait(false)
                ?? throw new NothingSeenException($"the device did not go on with its login by {method}: {link.Goodbye?.ToString() ?? (link.Ended ? "it ended the connection" : "nothing came")}");
            step = await exchange.NextAsync(proof.AuthenticationData, Stop).ConfigureAwait(false);
        }

        if (step.Reason != ReasonCode.Success)
        {
            await link.SendAsync(new ConnAckPacket { Reason = step.Reason }).ConfigureAwait(false);
            throw new NothingSeenException($"the device's login by {method} was refused with 0x{(byte)step.Reason:x2}");
        }

        await link.SendAsync(answer with { AuthenticationMethod = method, AuthenticationData = step.Data }).ConfigureAwait(false);
        exchange.Completed();
    }

    /// <summary>Waits for a device that comes back by itself, and lets it in.</summary>
    /// <exception cref="NothingSeenException">It does not come back.</exception>
    public async Task<DeviceLink> ReturnAsync(Func<ConnectFrame, ConnAckPacket> answer)
    {
        var link = Introduced(await NextAsync(Client.ReturnWithin).ConfigureAwait(false)
            ?? throw new NothingSeenException(Device is { Ended.IsCompleted: true } ? "the device ended when its connection was cut" : $"the device did not come back within {Client.ReturnWithin.TotalSeconds:0} s after a cut"));
        await LetInAsync(link, answer(link.Connect!)).ConfigureAwait(false);
        return link;
    }

    public async ValueTask DisposeAsync()
    {
        _links.ForEach(l => l.Dispose());
        await (Device?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        if (sessions.Listener is null)
        {
            _listener?.Dispose();
        }
    }

    private DeviceLink Introduced(DeviceLink link) => link switch
    {
        { Connect: null } => throw new NothingSeenException($"the device's first packet was {link.First}"),
        { Connect.Version: null } => throw new NothingSeenException($"the device came by protocol level {link.Connect.Level} of \"{Strings.Of(link.Connect.Protocol)}\""),
        { Connect.Version: var came } when came != Version => throw new NothingSeenException($"the device came by MQTT {Statement.NameOf(came.Value)}"),
        _ => link,
    };

    /// <summary>The next connection on which something comes; null where none does. Who connects and leaves at once is passed over.</summary>
    private async Task<DeviceLink?> NextAsync(TimeSpan within)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < within;)
        {
            if (await _listener!.AcceptAsync(within - since.Elapsed, Device?.Ended, Stop).ConfigureAwait(false) is not { } socket)
            {
                return null;
            }

            var link = new DeviceLink(socket, this);
            _links.Add(link);
            if (await link.IntroduceAsync(Client.AnswerWithin).ConfigureAwait(false))
            {
                return link;
            }
        }

        return null;
    }
}
