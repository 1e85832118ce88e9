namespace Harness.Sessions;

/// <content>Logging in, and again, by either binding.</content>
public sealed partial class DeviceSession
{
    private ITimer? _forgetTimer;
    private Task _forgetting = Task.CompletedTask;

    /// <summary>Logs in again on the same connection: AUTH 0x19 (MQTT 5 section 4.12.1), or another session of the topic binding.</summary>
    /// <remarks>
    /// The state before holds until the broker's success. MQTT-PRESENT knows no overlap: the device's old Ks ends with the old SK, and the
    /// next wrap brings the new one. A hop's old key is kept for reading <see cref="HopEnd.OldKeyLifetime"/>. A failed AUTH 0x19 ends the connection.
    /// </remarks>
    /// <exception cref="PartyRefusedException">The device refused S, Y or V_S.</exception>
    /// <exception cref="SessionException">Timed out, refused by the broker (0x87), or the connection ended.</exception>
    public async Task ReauthenticateAsync(CancellationToken cancellationToken)
    {
        Fingerprint = await (_options.Binding == LoginBinding.Topics ? ReauthenticateOnTopicsAsync(cancellationToken) : ReauthenticateByAuthAsync(cancellationToken))
            .ConfigureAwait(false);
        if (ByHop)
        {
            await ForgetTimerAsync().ConfigureAwait(false);
            _forgetTimer = _options.TimeProvider.CreateTimer(_ => _forgetting = ForgetOldKeyAsync(), null, HopEnd.OldKeyLifetime, Timeout.InfiniteTimeSpan);
        }

        // A round trip: the broker has taken the new key over once it answers, and so both ends' fingerprints can be compared.
        await SubscribeAsync(OwnTopic, cancellationToken).ConfigureAwait(false);
        if (Pairs is not null)
        {
            // The pair topic is another one now: a re-authentication counts as a login.
            await StartPairsAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // V_S comes through the pump, which may not wait for it: wraps are kept meanwhile.
    private async Task<string> ReauthenticateOnTopicsAsync(CancellationToken cancellationToken)
    {
        _early.Begin();
        try
        {
            var fingerprint = await LogInOnTopicsAsync("re-authentication", cancellationToken).ConfigureAwait(false);
            _oldWrapsMayCome = true;
            return fingerprint;
        }
        finally
        {
            try
            {
                await TakeEarlyWrapsAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The session ended: why the login did is the news.
            }
        }
    }

    private async Task<string> ReauthenticateByAuthAsync(CancellationToken cancellationToken)
    {
        if (Plain)
        {
            throw new PartyRefusedException(Device, PartyRefusal.Unsupported, $"{SchemeNames.Password} has no re-authentication: it connects anew");
        }

        await _keys.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var login = Logins.Of(_party, _options.Identity);
            await _waits.MapAsync("re-authentication", _options.LoginTimeout, () => _client.ReauthenticateAsync(login, cancellationToken)).ConfigureAwait(false);
            _oldWrapsMayCome = true;
            return login.Fingerprint!;
        }
        finally
        {
            _keys.Release();
        }
    }

    /// <summary>Failure of the device's last attempt to forget its old key; null where there was none.</summary>
    public Exception? ForgettingFailure { get; private set; }

    /// <summary>Topic on which the broker speaks to this client alone: wraps, answers of the token service, or pair messages; nothing under augmqtt.</summary>
    private string OwnTopic => Pairs is { } pairs ? pairs.PairTopic : _options.Identity.Scheme == SchemeNames.MqttAuth ? TokenTopics.Of(Client) : PrivateTopics.Key(Client);

    private async Task ForgetOldKeyAsync()
    {
        try
        {
            await _party.ForgetOldKeyAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nobody waits for it: a board that went says so at its next order too.
            ForgettingFailure = e;
        }
        catch (OperationCanceledException)
        {
            // The session ended.
        }
    }

    private async Task ForgetTimerAsync()
    {
        if (_forgetTimer is { } timer)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        await _forgetting.ConfigureAwait(false);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_options.Binding == LoginBinding.Topics && _options.Identity.Scheme is SchemeNames.Hardened or SchemeNames.Scram or SchemeNames.Password)
        {
            throw new PartyRefusedException(Device, PartyRefusal.Unsupported, $"{_options.Identity.Scheme} does not log in over topics");
        }

        var backOff = _options.Identity.Hardened?.BackOff;
        if (backOff?.Remaining(_options.TimeProvider.GetUtcNow()) is { } pause && pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        var clientId = Pairs is { } pairs ? await pairs.PseudonymAsync(cancellationToken).ConfigureAwait(false) : Client;
        try
        {
            await LogInAsync(clientId, cancellationToken).ConfigureAwait(false);
            backOff?.Succeeded();
        }
        catch (Exception e) when (e is SessionException or PartyRefusedException)
        {
            backOff?.Failed(_options.TimeProvider.GetUtcNow());
            throw;
        }

        if (ByHop)
        {
            // A party that was logged in before holds the key of that connection: nothing under it can be on its way here.
            await _party.ForgetOldKeyAsync(cancellationToken).ConfigureAwait(false);
        }

        await SubscribeAsync(OwnTopic, cancellationToken).ConfigureAwait(false);
        if (Pairs is not null)
        {
            await StartPairsAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LogInAsync(string clientId, CancellationToken cancellationToken)
    {
        var onTopics = _options.Binding == LoginBinding.Topics;
        var login = onTopics || Plain ? null : Logins.Of(_party, _options.Identity);
        var password = Plain ? await PasswordAsync(cancellationToken).ConfigureAwait(false) : null;
        _client = await _waits.MapAsync("login", _options.LoginTimeout, () => MqttClient.ConnectAsync(
            new MqttClientOptions
            {
                Host = _options.Endpoint.Address.ToString(),
                Port = _options.Endpoint.Port,
                ClientId = clientId,
                Version = onTopics ? MqttVersion.V311 : MqttVersion.V5,
                Timeout = _options.LoginTimeout,
                KeepAliveSeconds = _options.KeepAliveSeconds,
                Authentication = login,
                UserName = Plain ? Client : _options.User?.User,
                Password = Plain ? password : _options.User?.Password.ToArray(),
                TimeProvider = _options.TimeProvider,
            },
            cancellationToken)).ConfigureAwait(false);
        _pump = PumpAsync();
        if (onTopics)
        {
            await SubscribeAsync(PrivateTopics.LoginAnswer(Client), cancellationToken).ConfigureAwait(false);
            if (_options.KeyTopicFirst && !ByHop)
            {
                await SubscribeAsync(OwnTopic, cancellationToken).ConfigureAwait(false);
            }

            Fingerprint = await LogInOnTopicsAsync("login", cancellationToken).ConfigureAwait(false);
            await TakeEarlyWrapsAsync().ConfigureAwait(false);
        }
        else
        {
            Fingerprint = login?.Fingerprint ?? "";
        }
    }

    private bool Plain => _options.Identity.Scheme == SchemeNames.Password;

    private ValueTask<byte[]> PasswordAsync(CancellationToken cancellationToken) =>
        (_party.Plain ?? throw new PartyRefusedException(Device, PartyRefusal.Unsupported, $"scheme {SchemeNames.Password}")).PasswordAsync(cancellationToken);

    private Task<string> LogInOnTopicsAsync(string operation, CancellationToken cancellationToken)
    {
        var method = AugPakeMethod.Of(AugPakeProfiles.Parse(_options.Identity.Profile), AugPakeGroup.ByName(_options.Identity.Group));
        var login = new TopicLogin(_party, Client, method, _options.TimeProvider) { Repeat = _options.TopicRepeat };
        return _waits.WithinAsync(
            operation, _options.LoginTimeout, token => login.RunAsync(PublishAsync, _answers.Reader, token), cancellationToken);
    }
}
