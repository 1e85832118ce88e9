using System.Net;
using System.Security.Cryptography;
using System.Text;
using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Mqtt;
using Harness.Mqtt.Broker;
using Harness.Sessions.Login;

namespace Harness.Adversary;

/// <summary>A broker that claims to be S and knows no W: it answers any X with an element of its own, takes any V_C, and makes up V_S.</summary>
/// <remarks>A device that logs in here has not checked V_S.</remarks>
public sealed class ImpersonatingBroker : IAsyncDisposable, IEnhancedAuthenticator
{
    private readonly string _server;
    private MqttBroker _broker = null!;
    private int _proofs;
    private int _deceived;

    private ImpersonatingBroker(string server) => _server = server;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _broker.Endpoint;

    /// <summary>V_C taken and answered with a made-up V_S; 0 means that the attack never ran.</summary>
    public int Triggered => Volatile.Read(ref _proofs);

    /// <summary>Subscriptions and publications that came after a made-up V_S: each is a device that took it for the real one.</summary>
    public int Deceived => Volatile.Read(ref _deceived);

    /// <summary>Starts an impostor on an ephemeral loopback port.</summary>
    /// <param name="server">S, the name it claims.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ImpersonatingBroker> StartAsync(string server, CancellationToken cancellationToken = default)
    {
        var impostor = new ImpersonatingBroker(server);
        impostor._broker = await MqttBroker.StartAsync(
            new MqttBrokerOptions { Authenticator = impostor, Hooks = new Watch(impostor) }, cancellationToken).ConfigureAwait(false);
        return impostor;
    }

    /// <inheritdoc/>
    public bool Supports(string method) => AugPakeMethod.TryParse(method, out _, out _);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The method is not supported.</exception>
    public IAuthenticationExchange Begin(AuthenticationRequest request) => AugPakeMethod.TryParse(request.Method, out var profile, out var group)
        ? new Exchange(this, request.ClientId, profile, group)
        : throw new ArgumentException($"Method {request.Method} is not supported.", nameof(request));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private sealed class Exchange(ImpersonatingBroker owner, string client, AugPakeProfile profile, AugPakeGroup group) : IAuthenticationExchange
    {
        private readonly byte[] _scalar = group.DrawScalar();
        private byte[]? _x;
        private byte[] _y = [];

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (_x is null)
            {
                // Everything an honest broker computes, from a W that is made up.
                _x = data.ToArray();
                using var honest = new AugPakeServer(group, profile, client, owner._server, Elements.Valid(group));
                _y = honest.RespondWithKnownScalar(_x, _scalar);
                return new(AuthenticationStep.Continue(new ServerHello(owner._server, _y).Encode()));
            }

            Interlocked.Increment(ref owner._proofs);
            return new(AuthenticationStep.Success(Proof()));
        }

        public void Completed()
        {
        }

        public void Dispose() => CryptographicOperations.ZeroMemory(_scalar);

        // The best it can do: the right hash (design 6) over its own K = g^y, which is the client's K only if W is. Framed fields are
        // left to an honest library; there random bytes are as good a guess.
        private byte[] Proof()
        {
            byte[]? prefix = profile switch
            {
                AugPakeProfile.Rfc6628 => [3],
                AugPakeProfile.AsPublished => "03"u8.ToArray(),
                _ => null,
            };
            return prefix is null
                ? RandomNumberGenerator.GetBytes(32)
                : SHA256.HashData(
                    [.. prefix, .. Encoding.UTF8.GetBytes(client), .. Encoding.UTF8.GetBytes(owner._server), .. _x!, .. _y, .. group.PowerOfGenerator(_scalar)]);
        }
    }

    private sealed class Watch(ImpersonatingBroker owner) : IBrokerHooks
    {
        // A client that subscribes or publishes after the made-up V_S took it for the real one.
        public bool MaySubscribe(ClientIdentity client, string filter) => Count();

        public bool MayPublish(ClientIdentity client, string topic) => Count();

        private bool Count()
        {
            Interlocked.Increment(ref owner._deceived);
            return true;
        }
    }
}
