using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Harness.Cli.Commands.Brokers;

/// <summary>The options of TLS to a broker at an address.</summary>
/// <param name="finds">True for a command that sees by itself whether the broker speaks TLS.</param>
internal sealed class BrokerTlsOptions(bool finds = false)
{
    private readonly Option<bool> _tls = new("--tls") { Description = "speaks TLS: the broker's certificate must have the name that was typed, from an authority that is trusted" };
    private readonly Option<bool> _plain = new("--plain") { Description = "sends the password of --user also to a broker of plain MQTT beyond this machine, where whoever is on the way reads it" };
    private readonly Option<string?> _authorities = new("--ca") { Description = "PEM file of the only authorities that are trusted for the broker's certificate [default: those of the system]" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(finds ? _plain : _tls);

        command.Options.Add(_authorities);
    }

    /// <summary>The options once more, for a command that repeats something.</summary>
    public string Again(ParseResult parsed) =>
        (SpeaksTls(parsed) ? $" {_tls.Name}" : "") + (TakesPlain(parsed) ? $" {_plain.Name}" : "") + (parsed.GetValue(_authorities) is { } file ? $" {_authorities.Name} {ShellWord.Quote(file)}" : "");

    /// <summary>True where the password may go to a broker of plain MQTT beyond this machine; of a command that sees by itself what the broker speaks.</summary>
    public bool TakesPlain(ParseResult parsed) => finds && parsed.GetValue(_plain);

    /// <summary>Refuses TLS where no broker is named by its address.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="instead">The thing that there is in its place.</param>
    /// <exception cref="FormatException">It is asked for.</exception>
    public void Refuse(ParseResult parsed, string instead)
    {
        if (SpeaksTls(parsed) || parsed.GetValue(_authorities) is not null)
        {
            throw new FormatException($"{(SpeaksTls(parsed) ? _tls.Name : _authorities.Name)} is about a broker at an address; {instead}");
        }
    }

    /// <summary>The only authorities that are trusted; null for those of the system.</summary>
    /// <exception cref="FormatException">The file is none of certificates, or TLS was not asked for.</exception>
    public X509Certificate2Collection? Authorities(ParseResult parsed) => parsed.GetValue(_authorities) is not { } file ? null
        : finds || SpeaksTls(parsed) ? BrokerTls.Authorities(ProductPaths.Resolve(file)) : throw new FormatException("--ca is about TLS; next: add --tls, or leave it out");

    /// <summary>Sees whether anything listens and, with TLS, makes one handshake, so that a broker without TLS or with another certificate shows before anything is tried.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="address">The broker's address.</param>
    /// <param name="typed">HOST:PORT as typed.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The demands on the certificate; null where TLS was not asked for.</returns>
    /// <exception cref="MqttNotConnectedException">Nothing listens there, or TLS does not come about.</exception>
    /// <exception cref="FormatException">As <see cref="Authorities"/>.</exception>
    public async Task<SslClientAuthenticationOptions?> ReachAsync(ParseResult parsed, IPEndPoint address, string typed, CancellationToken stop)
    {
        var authorities = Authorities(parsed);
        await BrokerTargetOptions.KnockAsync(address, stop);
        if (!SpeaksTls(parsed))
        {
            return null;
        }

        var (options, look) = (BrokerTls.ClientOptions(HostOf(typed), authorities), $"openssl s_client -connect {typed}");
        try
        {
            return await BrokerTls.CheckAsync(address, options, stop) switch
            {
                SslPolicyErrors.None => options,
                SslPolicyErrors.RemoteCertificateChainErrors when authorities is null => throw Failed("this system trusts no authority of its certificate", "--ca FILE with its own authority"),
                SslPolicyErrors.RemoteCertificateChainErrors => throw Failed("its certificate is not of the authority that --ca names, or not valid now", look),
                var faults => throw Failed($"its certificate is not for {HostOf(typed)}{(faults.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? ", nor of an authority that is trusted" : "")}", $"the name that it is for, told by {look}"),
            };
        }
        catch (AuthenticationException e)
        {
            throw Failed((e.InnerException ?? e).Message.TrimEnd('.'), look, e);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new MqttNotConnectedException($"{typed} gives no answer of TLS ({e.Message.TrimEnd('.')}); next: the same without --tls, or {look}", e);
        }

        MqttNotConnectedException Failed(string why, string next, Exception? inner = null) => new($"TLS with {typed} failed: {why}; next: {next}", inner);
    }

    /// <summary>The host of HOST:PORT or [IPv6]:PORT: the name that a certificate must have.</summary>
    public static string HostOf(string typed) => typed[..typed.LastIndexOf(':')].Trim('[', ']');

    private bool SpeaksTls(ParseResult parsed) => !finds && parsed.GetValue(_tls);
}
