using System.Security.Cryptography;
using System.Text;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Sessions.Login;

namespace Harness.Adversary;

/// <summary>A broker that does not know any verifier: it makes one up, accepts every V_C and proves itself as well as it can.</summary>
/// <param name="server">The name S it claims.</param>
/// <remarks>Its V_S is the right hash over its own K = g^y (design 6); only the K of the client differs. Profiles rfc6628 and as-published.</remarks>
public sealed class RogueAuthenticator(string server) : IEnhancedAuthenticator
{
    /// <inheritdoc />
    public bool Supports(string method) => AugPakeMethod.TryParse(method, out var profile, out _) && profile != AugPakeProfile.Framed;

    /// <inheritdoc />
    public IAuthenticationExchange Begin(AuthenticationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AugPakeMethod.TryParse(request.Method, out var profile, out var group) && group is not null
            ? new Exchange(server, request.ClientId, profile, group)
            : throw new ArgumentException($"method {request.Method} is not supported", nameof(request));
    }

    private sealed class Exchange(string server, string client, AugPakeProfile profile, AugPakeGroup group) : IAuthenticationExchange
    {
        private readonly byte[] scalar = group.DrawScalar();
        private byte[]? x;
        private byte[] y = [];

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (x is null)
            {
                x = data.ToArray();
                using var honest = new AugPakeServer(group, profile, client, server, Elements.Valid(group));
                y = honest.RespondWithKnownScalar(x, scalar);
                return new(AuthenticationStep.Continue(new ServerHello(server, y).Encode()));
            }

            var k = group.PowerOfGenerator(scalar);
            byte[] prefix = profile == AugPakeProfile.Rfc6628 ? [3] : "03"u8.ToArray();
            return new(AuthenticationStep.Success(SHA256.HashData(
                [.. prefix, .. Encoding.UTF8.GetBytes(client), .. Encoding.UTF8.GetBytes(server), .. x, .. y, .. k])));
        }

        public void Completed()
        {
        }

        public void Dispose() => CryptographicOperations.ZeroMemory(scalar);
    }
}
