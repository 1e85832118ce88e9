using System.Globalization;
using System.Security.Cryptography;
using Harness.Schemes.Scram;

namespace Harness.Brokers.Tests.Audit;

/// <summary>A broker's side of SCRAM-SHA-256 that is right but for the faults that are planted in it.</summary>
internal sealed record FaultyScram(string User, string Password) : IEnhancedAuthenticator
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public int Iterations { get; init; } = 4096;

    public bool AsksForProof { get; init; } = true;

    public bool SpeaksScram { get; init; } = true;

    public string? ServerNonce { get; init; }

    public bool ExtendsNonce { get; init; } = true;

    public bool ChangesSalt { get; init; }

    public int SaltLength { get; init; } = 16;

    public bool SharesSalt { get; init; }

    public bool KnowsStrangers { get; init; } = true;

    public bool StableStrangers { get; init; } = true;

    public int IterationsOfStrangers { get; init; } = 4096;

    public ReasonCode RefusalOfStrangers { get; init; } = ReasonCode.NotAuthorized;

    public bool ChecksProof { get; init; } = true;

    public bool ChecksNonce { get; init; } = true;

    public bool ChecksHeader { get; init; } = true;

    public bool ChecksExtension { get; init; } = true;

    public bool Signs { get; init; } = true;

    public bool Supports(string method) => method == ScramClient.Method;

    public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(this);

    private byte[] SaltOf(string name) => SharesSalt || name == User ? ChangesSalt ? RandomNumberGenerator.GetBytes(SaltLength) : _salt[..SaltLength]
        : StableStrangers ? HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(name))[..SaltLength] : RandomNumberGenerator.GetBytes(SaltLength);

    private sealed class Exchange(FaultyScram server) : IAuthenticationExchange
    {
        private string _bare = "";
        private string _name = "";
        private string _nonce = "";
        private string _challenge = "";
        private byte[] _salt = [];

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => new(_challenge.Length == 0 ? First(Encoding.UTF8.GetString(data.Span)) : Final(Encoding.UTF8.GetString(data.Span)));

        public void Completed()
        {
        }

        public void Dispose()
        {
        }

        private AuthenticationStep First(string text)
        {
            _bare = text["n,,".Length..];
            var parts = _bare.Split(',').ToDictionary(p => p[0], p => p[2..]);
            (_name, _nonce) = (parts['n'], (server.ExtendsNonce ? parts['r'] : "") + (server.ServerNonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18))));
            if (!server.AsksForProof)
            {
                return AuthenticationStep.Success([]);
            }

            if ((server.ChecksExtension && parts.ContainsKey('m')) || (!server.KnowsStrangers && _name != server.User))
            {
                return AuthenticationStep.Refuse(ReasonCode.NotAuthorized);
            }

            _salt = server.SaltOf(_name);
            var iterations = _name == server.User ? server.Iterations : server.IterationsOfStrangers;
            _challenge = server.SpeaksScram ? string.Create(CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(_salt)},i={iterations}") : "hello";
            return AuthenticationStep.Continue(Encoding.UTF8.GetBytes(_challenge));
        }

        private AuthenticationStep Final(string text)
        {
            if (!ScramClientFinal.TryDecode(Encoding.UTF8.GetBytes(text), out var final) || (server.ChecksNonce && final.Nonce != _nonce) || (server.ChecksHeader && !final.Header.Span.SequenceEqual("n,,"u8)))
            {
                return AuthenticationStep.Refuse(ReasonCode.NotAuthorized);
            }

            var salted = Rfc2898DeriveBytes.Pbkdf2(server.Password, _salt, server.Iterations, HashAlgorithmName.SHA256, 32);
            var key = HMACSHA256.HashData(salted, "Client Key"u8);
            var message = Encoding.UTF8.GetBytes($"{_bare},{_challenge},{final.WithoutProof}");
            var due = HMACSHA256.HashData(SHA256.HashData(key), message).Zip(key, (a, b) => (byte)(a ^ b));
            var isRight = !server.ChecksProof || final.Proof.Span.SequenceEqual(due.ToArray());
            return _name != server.User ? AuthenticationStep.Refuse(server.RefusalOfStrangers)
                : !isRight ? AuthenticationStep.Refuse(ReasonCode.NotAuthorized)
                : AuthenticationStep.Success(server.Signs ? Encoding.UTF8.GetBytes("v=" + Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message))) : []);
        }
    }
}
