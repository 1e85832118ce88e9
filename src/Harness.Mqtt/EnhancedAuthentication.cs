namespace Harness.Mqtt;

/// <summary>The client's side of MQTT 5 enhanced authentication (section 4.12).</summary>
/// <remarks>Any exception ends the login: the client sends DISCONNECT 0x80 where the packet is allowed, closes, and rethrows the exception unchanged.</remarks>
public interface IEnhancedAuthenticationClient
{
    /// <summary>The Authentication Method of CONNECT and of every AUTH.</summary>
    string Method { get; }

    /// <summary>The Authentication Data of CONNECT.</summary>
    ValueTask<byte[]> StartAsync(CancellationToken cancellationToken);

    /// <summary>Gets the answer to the data of an AUTH 0x18.</summary>
    ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Takes the data of CONNACK 0x00, or of AUTH 0x00 after re-authentication; nothing is sent before it returns.</summary>
    ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}

/// <summary>The broker's side of enhanced authentication.</summary>
public interface IEnhancedAuthenticator
{
    /// <summary>True where the method is supported; an unknown one is refused with 0x8C.</summary>
    bool Supports(string method);

    /// <summary>Begins one exchange.</summary>
    IAuthenticationExchange Begin(AuthenticationRequest request);
}

/// <summary>The request of a client to be authenticated.</summary>
/// <param name="ClientId">ClientId of CONNECT.</param>
/// <param name="Method">Authentication Method.</param>
/// <param name="IsReauthentication">True on a connection that is already authenticated.</param>
/// <param name="Remote">Address of the client; null where unknown.</param>
public sealed record AuthenticationRequest(string ClientId, string Method, bool IsReauthentication, IPEndPoint? Remote);

/// <summary>A login by user name and password (section 3.1.3.5).</summary>
/// <param name="ClientId">ClientId of CONNECT.</param>
/// <param name="UserName">The user's name; null for none.</param>
/// <param name="Password">The password; empty for none.</param>
/// <param name="Remote">Address of the client; null where unknown.</param>
public sealed record PasswordLogin(string ClientId, string? UserName, ReadOnlyMemory<byte> Password, IPEndPoint? Remote)
{
    /// <summary>The word in the place of an Authentication Method, for a client that was let in so.</summary>
    public const string Method = "password";

    /// <summary>Gets the names.</summary>
    public override string ToString() => $"{UserName} as {ClientId}";
}

/// <summary>One exchange; disposed when it ended, in every case.</summary>
public interface IAuthenticationExchange : IDisposable
{
    /// <summary>Takes the data of CONNECT first (or of AUTH 0x19), then of each AUTH 0x18; gives the answer.</summary>
    ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Notes that the success packet is on its way and the session is bound to the ClientId, so that keys may be taken over.</summary>
    void Completed();
}

/// <summary>The broker's answer in an exchange.</summary>
public readonly record struct AuthenticationStep
{
    private AuthenticationStep(ReasonCode reason, byte[]? data) => (Reason, Data) = (reason, data);

    /// <summary>Continue (0x18), success (0x00) or the reason of the refusal.</summary>
    public ReasonCode Reason { get; }

    /// <summary>Authentication Data of the answer; null where it is refused.</summary>
    public byte[]? Data { get; }

    /// <summary>Makes an AUTH 0x18 with data.</summary>
    public static AuthenticationStep Continue(byte[] data) => new(ReasonCode.ContinueAuthentication, data);

    /// <summary>Makes a CONNACK or AUTH 0x00 with data.</summary>
    public static AuthenticationStep Success(byte[] data) => new(ReasonCode.Success, data);

    /// <summary>Makes a CONNACK (or DISCONNECT after re-authentication) with this reason, 0x80 or above.</summary>
    public static AuthenticationStep Refuse(ReasonCode reason) => new(reason, null);
}
