using System.Net;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;

namespace Harness.Adversary.Claims;

/// <summary>How a login ended on a ground.</summary>
/// <param name="Succeeded">Whether the device holds a session key.</param>
/// <param name="Fingerprint">Of SK, as the device reports it; empty where it failed.</param>
/// <param name="Seen">What was seen, for evidence.</param>
public sealed record LoginAttempt(bool Succeeded, string Fingerprint, string Seen);

/// <summary>A message as a device had it, and what it made of it.</summary>
/// <param name="Topic">The topic it came on.</param>
/// <param name="Payload">The bytes that came.</param>
/// <param name="Plaintext">What the device made of them; null where it refused.</param>
/// <param name="Refusal">Why it refused; null where it accepted.</param>
public sealed record ReadMessage(string Topic, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte>? Plaintext, PartyRefusal? Refusal);

/// <summary>An honest device of a ground: its names, its party, and its session once it is logged in.</summary>
public class GroundDevice : IAsyncDisposable
{
    private readonly Ground _ground;
    private readonly IParty? _party;
    private readonly bool _ownsParty;
    private PartyIdentity? _provisioned;

    internal GroundDevice(Ground ground, string role, PartyIdentity identity, IParty? party, bool ownsParty)
    {
        (_ground, Role, Identity, _party, _ownsParty) = (ground, role, identity, party, ownsParty);
    }

    /// <summary>The part it plays, <see cref="GroundRoles"/>.</summary>
    public string Role { get; }

    /// <summary>Names, password, group, profile and scheme. The password is one of <see cref="Dictionary.Words"/>.</summary>
    public PartyIdentity Identity { get; }

    /// <summary>C.</summary>
    public string Client => Identity.Client;

    /// <summary>Who does the cryptography.</summary>
    /// <exception cref="InconclusiveException">It does its own, out of reach.</exception>
    public IParty Party => _party ?? throw OutOfReach("cryptography that an attack can ask for");

    /// <summary>Whether it logs in by itself: then nothing is known of it but what broker and tap see.</summary>
    public bool IsOwn => _party is null;

    /// <summary>The session of the latest successful login; null where there is none.</summary>
    public DeviceSession? Session { get; private set; }

    /// <summary>The session, required.</summary>
    /// <exception cref="InvalidOperationException">It is not logged in.</exception>
    public DeviceSession Required => IsOwn ? throw OutOfReach("a session that the harness carries") : Session ?? throw new InvalidOperationException($"the {Role} is not logged in; call LogInAsync first");

    /// <summary>Logs in through the tap; a session it had is ended first.</summary>
    /// <param name="password">Another password than its own; null for its own.</param>
    /// <param name="endpoint">Elsewhere than at the tap; null for the tap.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How it ended; a refusal by either end or a connection that was closed is a failed attempt.</returns>
    /// <exception cref="InconclusiveException">Nothing came in time: this says nothing about a refusal.</exception>
    public virtual async Task<LoginAttempt> TryLogInAsync(string? password, IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        await LogOutAsync().ConfigureAwait(false);
        var identity = password is null ? Identity : Identity with { Password = password };

        // Provisioning wipes tokens: a device that comes again keeps them.
        var options = _ground.SessionOptions(identity, endpoint) with { Provision = identity.Scheme != SchemeNames.MqttAuth || _provisioned != identity };
        _provisioned = identity;
        return await AttemptAsync(async () =>
        {
            Session = await DeviceSession.LoginAsync(Party, options, cancellationToken).ConfigureAwait(false);
            return Session.Fingerprint;
        }).ConfigureAwait(false);
    }

    /// <summary>Logs in through the tap with its own password, which nobody disturbs.</summary>
    /// <exception cref="InconclusiveException">It did not get in: the attack has no ground to stand on.</exception>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        var attempt = await TryLogInAsync(null, null, cancellationToken).ConfigureAwait(false);
        if (!attempt.Succeeded)
        {
            throw new InconclusiveException($"honest login of the {Role}", "to succeed", attempt.Seen);
        }
    }

    /// <summary>Authenticates again on its connection.</summary>
    /// <exception cref="InconclusiveException">Nothing came in time.</exception>
    public Task<LoginAttempt> TryReauthenticateAsync(CancellationToken cancellationToken) => AttemptAsync(async () =>
    {
        await Required.ReauthenticateAsync(cancellationToken).ConfigureAwait(false);
        return Required.Fingerprint;
    });

    /// <summary>Ends its connection; the party keeps what it holds.</summary>
    public virtual async ValueTask LogOutAsync()
    {
        if (Session is { } session)
        {
            Session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Seals and publishes, and says whether the broker took it: an attack may have spoilt it on the way.</summary>
    /// <returns>False where the broker refused or closed.</returns>
    /// <exception cref="InconclusiveException">No answer in time.</exception>
    public virtual async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        try
        {
            await Required.PublishSealedAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SessionTimedOutException e)
        {
            throw new InconclusiveException($"publication of the {Role}", "an answer, good or bad", e.Message, inner: e);
        }
        catch (SessionException)
        {
            return false;
        }
    }

    /// <summary>Seals and publishes, undisturbed.</summary>
    /// <returns>The bytes it put on the wire.</returns>
    /// <exception cref="InconclusiveException">It did not go through.</exception>
    public virtual async Task<byte[]> PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        byte[] sent = [];
        await Ground.Required("honest publication", async () =>
            sent = (await Required.PublishSealedAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).ToArray()).ConfigureAwait(false);
        return sent;
    }

    /// <summary>Seals and does not send: nobody but the adversary has the bytes.</summary>
    internal virtual async Task<byte[]> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        (await Party.SealAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>A round trip on its connection: the broker has judged what came on it before.</summary>
    /// <exception cref="InconclusiveException">It did not come back.</exception>
    internal virtual Task RoundTripAsync(CancellationToken cancellationToken) => Ground.Required(
        $"round trip of the {Role}", () => Required.SubscribeAsync(Sessions.Broker.PrivateTopics.Key(Client), cancellationToken));

    /// <summary>Waits until it holds a current traffic key (mqtt-present).</summary>
    /// <param name="current">Fingerprints of the keys that are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal virtual async Task WaitForKeyAsync(IReadOnlySet<string?> current, CancellationToken cancellationToken) =>
        await Required.WaitForTrafficKeyAsync(k => current.Contains(k.Fingerprint), _ground.Options.Patience, cancellationToken).ConfigureAwait(false);

    /// <summary>Every message that has reached this device's connection by now and was not read yet, each opened by the device.</summary>
    /// <remarks>
    /// No clock is involved: the broker sends this client alone a mark, and what came before the mark is what there was. A publication whose
    /// PUBACK was awaited is therefore either among them or was never delivered.
    /// </remarks>
    /// <exception cref="InconclusiveException">The mark did not come through.</exception>
    public async Task<IReadOnlyList<ReadMessage>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var messages = new List<ReadMessage>();
        var mark = await _ground.SendMarkAsync(Client, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            MqttMessage message;
            try
            {
                message = await Required.ReceiveAsync(_ground.Options.Patience, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionException e)
            {
                throw new InconclusiveException($"messages of the {Role}", "the broker's mark", e.Message, inner: e);
            }

            if (message.Topic == Ground.MarkTopic(Client) && message.Payload.Span.SequenceEqual(mark))
            {
                return messages;
            }

            messages.Add(await OpenAsync(message.Topic, message.Payload, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Lets the device open bytes, as if they had come on a topic.</summary>
    public async Task<ReadMessage> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            var opened = await Party.OpenAsync(topic, payload, cancellationToken).ConfigureAwait(false);
            return new ReadMessage(topic, payload, opened.Value, null);
        }
        catch (PartyRefusedException e)
        {
            return new ReadMessage(topic, payload, null, e.Refusal);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await LogOutAsync().ConfigureAwait(false);
        if (_ownsParty)
        {
            (_party as IDisposable)?.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    private InconclusiveException OutOfReach(string wanted) => new(
        $"{Role}", $"a device with {wanted}", "one that logs in by itself: broker and tap see what it sends, and no more", nextCommand: "./harness claims --publisher host");

    private async Task<LoginAttempt> AttemptAsync(Func<Task<string>> login)
    {
        try
        {
            var fingerprint = await login().ConfigureAwait(false);
            return new LoginAttempt(true, fingerprint, $"{Role} holds SK {fingerprint}");
        }
        catch (PartyRefusedException e)
        {
            return new LoginAttempt(false, "", $"{Role} refused with {e.Code}");
        }
        catch (SessionRefusedException e)
        {
            return new LoginAttempt(false, "", $"broker refused the {Role} with 0x{(byte)e.Reason:X2}");
        }
        catch (SessionAbortedException e)
        {
            return new LoginAttempt(false, "", $"{Role}: {e.Seen}");
        }
        catch (SessionTimedOutException e)
        {
            throw new InconclusiveException($"login of the {Role}", "an end, good or bad", e.Message, inner: e);
        }
    }
}
