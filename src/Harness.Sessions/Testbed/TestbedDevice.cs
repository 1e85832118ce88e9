using System.Runtime.ExceptionServices;

namespace Harness.Sessions.Testbed;

/// <summary>A device of a testbed: its names, its party, its session once it is logged in, and how its logins ended.</summary>
public partial class TestbedDevice : IAsyncDisposable
{
    private readonly SchemeTestbed _testbed;
    private readonly Func<CancellationToken, ValueTask<IParty>>? _getParty;
    private readonly List<LoginResult> _logins = [];
    private IParty? _party;
    private PartyIdentity? _provisioned;

    /// <summary>A device of which the caller keeps the party.</summary>
    public TestbedDevice(SchemeTestbed testbed, string name, PartyIdentity identity, IParty party)
        : this(testbed, name, identity, _ => new ValueTask<IParty>(party)) => _party = party;

    /// <summary>A device whose party is asked for at each login: it may have to boot.</summary>
    /// <param name="testbed">The testbed.</param>
    /// <param name="name">The name in results and errors.</param>
    /// <param name="identity">Names, password, group and profile; the scheme is the testbed's.</param>
    /// <param name="getParty">Gives the party, ready; null where nobody can reach it.</param>
    public TestbedDevice(SchemeTestbed testbed, string name, PartyIdentity identity, Func<CancellationToken, ValueTask<IParty>>? getParty)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        ArgumentNullException.ThrowIfNull(identity);
        (_testbed, Name, _getParty) = (testbed, name, getParty);
        Identity = identity with { Scheme = testbed.Scheme, Profile = testbed.Scheme == SchemeNames.Hardened ? AugPakeProfile.Framed.Name() : identity.Profile };
        EnrolledPassword = identity.Password;
    }

    /// <summary>The name in results and errors.</summary>
    public string Name { get; }

    /// <summary>The part it plays.</summary>
    public DevicePart Part { get; init; }

    /// <summary>Names, password, group, profile and scheme.</summary>
    public PartyIdentity Identity { get; private set; }

    /// <summary>The password that its account was made from.</summary>
    public string EnrolledPassword { get; private set; }

    /// <summary>C.</summary>
    public string Client => Identity.Client;

    /// <summary>The group it logs in with.</summary>
    public AugPakeGroup Group => AugPakeGroup.ByName(Identity.Group);

    /// <summary>The profile it logs in with.</summary>
    public AugPakeProfile Profile => AugPakeProfiles.Parse(Identity.Profile);

    /// <summary>The method name it logs in with.</summary>
    public string Method => Identity.Scheme == SchemeNames.Scram ? ScramClient.Method
        : Identity.Scheme == SchemeNames.Password ? PasswordLogin.Method
        : AugPakeMethod.Of(Profile, Group);

    /// <summary>The times at which it is told its names and password.</summary>
    public Provisioning Provisioning { get; init; }

    /// <summary>True where the party ends with the testbed.</summary>
    public bool OwnsParty { get; init; }

    /// <summary>Takes every duration that its party reports; may be called from any thread.</summary>
    public Action<OperationSample>? Observe { get; init; }

    /// <summary>True where its party cannot be reached: then only broker and tap observe it.</summary>
    public bool IsExternal => _getParty is null;

    /// <summary>The party that does its cryptography.</summary>
    /// <exception cref="InvalidOperationException">It was not asked for yet.</exception>
    public virtual IParty Party => _party ?? throw new InvalidOperationException($"{Name} was not started yet; log it in first");

    /// <summary>Its tokens (mqtt-auth).</summary>
    public ITokenHolder Tokens => Session?.Tokens ?? Party.Tokens;

    /// <summary>The session of the latest successful login; null where there is none.</summary>
    public DeviceSession? Session { get; private set; }

    /// <summary>The session.</summary>
    /// <exception cref="InvalidOperationException">It is not logged in.</exception>
    public virtual DeviceSession RequiredSession => Session ?? throw new InvalidOperationException($"{Name} is not logged in; log it in first");

    /// <summary>Outcomes of its logins and re-authentications, in order.</summary>
    public IReadOnlyList<LoginResult> Logins => _logins;

    /// <summary>Fingerprints of its session keys, in order.</summary>
    public IReadOnlyList<string> Fingerprints => [.. _logins.Select(l => l.Fingerprint).OfType<string>()];

    /// <summary>True where it was given its token of the testbed's topic.</summary>
    internal bool HasToken { get; set; }

    /// <summary>Gives the device another password; its account stays as it is.</summary>
    public void UsePassword(string password) => Identity = Identity with { Password = password };

    /// <summary>Gives device and account another password.</summary>
    public void Enrol(string password)
    {
        UsePassword(password);
        EnrolledPassword = password;
        _testbed.ReplaceAccount(this);
    }

    /// <summary>The party that does its cryptography, ready.</summary>
    public async ValueTask<IParty> GetPartyAsync(CancellationToken cancellationToken) =>
        _party = _getParty is null ? Party : await _getParty(cancellationToken).ConfigureAwait(false);

    /// <summary>Logs in as usual; a session that it had is ended first.</summary>
    /// <inheritdoc cref="TryLogInAsync(LoginRequest, CancellationToken)" path="/returns"/>
    public Task<LoginResult> TryLogInAsync(CancellationToken cancellationToken) => TryLogInAsync(LoginRequest.Default, cancellationToken);

    /// <summary>Logs in; a session that it had is ended first.</summary>
    /// <param name="request">Differences from the default login.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its outcome, of which <see cref="Logins"/> keeps a copy.</returns>
    public virtual async Task<LoginResult> TryLogInAsync(LoginRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await LogOutAsync().ConfigureAwait(false);
        return await NoteAsync(async () =>
        {
            var party = await GetPartyAsync(cancellationToken).ConfigureAwait(false);
            var identity = request.Password is { } password ? Identity with { Password = password } : Identity;
            await _testbed.IntroduceAsync(this, cancellationToken).ConfigureAwait(false);
            identity = _testbed.Told(this, identity);
            var provision = Provisioning == Provisioning.Always || (Provisioning == Provisioning.OncePerIdentity && _provisioned != identity);
            _provisioned = identity;
            var signed = await _testbed.SigningAsync(this, party, cancellationToken).ConfigureAwait(false);
            Session = await DeviceSession.LoginAsync(
                party, _testbed.SessionOptions(identity, request) with { Provision = provision, Observe = Observe, Signed = signed }, cancellationToken).ConfigureAwait(false);
            return await TakenOverAsync(Session, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Logs in as usual, and nobody disturbs it.</summary>
    /// <exception cref="Exception">What ended the login, with its own type.</exception>
    public Task LogInAsync(CancellationToken cancellationToken) => _testbed.UndisturbedAsync($"login of {Name}", async () =>
    {
        if (await TryLogInAsync(cancellationToken).ConfigureAwait(false) is { Error: { } error })
        {
            ExceptionDispatchInfo.Throw(error);
        }
    });

    /// <summary>Authenticates again on its connection, without being provisioned anew.</summary>
    /// <returns>Its outcome, of which <see cref="Logins"/> keeps a copy.</returns>
    public Task<LoginResult> TryReauthenticateAsync(CancellationToken cancellationToken) => NoteAsync(async () =>
    {
        await RequiredSession.ReauthenticateAsync(cancellationToken).ConfigureAwait(false);
        return await TakenOverAsync(RequiredSession, cancellationToken).ConfigureAwait(false);
    }, again: true);

    private async Task<string> TakenOverAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        if (_testbed.Broker.StandsAlone)
        {
            await _testbed.Broker.TakenOverAsync(Client, session.Fingerprint, _testbed.Options.Timeout, cancellationToken).ConfigureAwait(false);
        }

        return session.Fingerprint;
    }

    /// <summary>Ends its connection; the party keeps what it holds.</summary>
    public virtual async ValueTask LogOutAsync()
    {
        if (Session is { } session)
        {
            Session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await LogOutAsync().ConfigureAwait(false);
        if (OwnsParty)
        {
            (_party as IDisposable)?.Dispose();
        }
    }

    /// <summary>Notes how a login ended, as the testbed tells it; also of one that it did not carry.</summary>
    /// <param name="ended">The end as it was seen.</param>
    /// <returns>The end as the testbed tells it.</returns>
    public LoginResult Note(LoginResult ended)
    {
        var result = _testbed.LoginEnded(this, ended);
        _logins.Add(result);
        return result;
    }

    private async Task<LoginResult> NoteAsync(Func<Task<string>> login, bool again = false)
    {
        var time = _testbed.Options.TimeProvider;
        var begin = time.GetTimestamp();
        var end = await LoginResult.ObserveAsync(login).ConfigureAwait(false);
        return Note(end with { IsReauthentication = again, Duration = time.GetElapsedTime(begin) });
    }
}
