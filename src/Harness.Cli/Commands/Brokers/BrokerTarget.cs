using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Harness.Cli.Commands.Brokers;

/// <summary>The broker that a command was pointed at, resolved and checked, with the operator's user.</summary>
/// <param name="Typed">HOST:PORT as typed.</param>
/// <param name="Address">The one address that is connected to.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="Password">Password; null for none.</param>
internal sealed record BrokerTarget(string Typed, IPEndPoint Address, string? User, byte[]? Password)
{
    /// <summary>The name that a certificate must have.</summary>
    public string Host => BrokerTlsOptions.HostOf(Typed);

    /// <summary>The demands on its certificate; null where it is spoken to in plain, or where the command finds out by itself.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The only authorities that are trusted for its certificate; null for those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Typed;
}

/// <summary>The options of every command that tries a broker at an address. A broker beyond this machine is tried only where its address is typed a second time.</summary>
/// <param name="findsTls">True for a command that sees by itself whether the broker speaks TLS.</param>
internal sealed class BrokerTargetOptions(bool findsTls = false)
{
    /// <summary>HOST:PORT.</summary>
    public Option<string?> Broker { get; } = new("--broker") { Description = "HOST:PORT of a broker that runs" };

    /// <summary>HOST:PORT again.</summary>
    public Option<string?> Own { get; } = new("--i-own") { Description = "the same HOST:PORT again, where it leads beyond this machine: that the broker is yours to try" };

    /// <summary>User name.</summary>
    public Option<string?> User { get; } = new("--user") { Description = "user name of every login; its password is asked for, or read from one line of a pipe" };

    /// <summary>File of the password.</summary>
    public Option<string?> PasswordFile { get; } = new("--password-file") { Description = "file whose first line is the password; nobody else may read it (mode 600)" };

    /// <summary>TLS.</summary>
    public BrokerTlsOptions Tls { get; } = new(findsTls);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Broker, Own, User, PasswordFile })
        {
            command.Options.Add(option);
        }

        Tls.AddTo(command);
    }

    /// <summary>True where an address was typed.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(Broker) is not null;

    /// <summary>The operator's user and its password.</summary>
    /// <exception cref="FormatException">A password without a user, or a file that cannot be used.</exception>
    public (string? User, byte[]? Password) Login(ParseResult parsed, CancellationToken stop)
    {
        var (user, file) = (parsed.GetValue(User), parsed.GetValue(PasswordFile));
        if (user is null)
        {
            return file is null ? (null, null) : throw new FormatException("--password-file needs --user");
        }

        try
        {
            var password = file is not null ? SecretFile.ReadLine(ProductPaths.Resolve(file)) : Encoding.UTF8.GetBytes(Console.IsInputRedirected ? PasswordInput.ReadLine() : PasswordInput.Ask("password: ", stop));
            return password.Length > 0 ? (user, password) // a pipe that ended is no password
                : throw new FormatException($"no password of --user {ForeignText.Quote(user)} came: standard input has ended, or its first line is empty; next: --password-file FILE, or one line by a pipe");
        }
        catch (FormatException e) when (file is not null)
        {
            throw new FormatException($"--password-file {e.Message}", e);
        }
    }

    /// <summary>The options that name the broker and its user once more, for a command that repeats something; never the password.</summary>
    public string Again(ParseResult parsed) => string.Concat(
        from option in new[] { Broker, Own, User, PasswordFile }
        where parsed.GetValue(option) is not null
        select $" {option.Name} {ShellWord.Quote(parsed.GetValue(option)!)}").TrimStart() + Tls.Again(parsed);

    /// <summary>Resolves and checks the address, asks for the password, and sees whether anything listens there.</summary>
    /// <exception cref="FormatException">It is no HOST:PORT, or leads beyond this machine and was not typed again; or the password cannot be read.</exception>
    /// <exception cref="MqttNotConnectedException">Nothing listens there, or TLS does not come about.</exception>
    public async Task<BrokerTarget> ResolveAsync(ParseResult parsed, CancellationToken stop)
    {
        var typed = parsed.GetValue(Broker)!;
        var authorities = Tls.Authorities(parsed);
        var address = await OwnedAddress.ResolveAsync(typed, parsed.GetValue(Own), stop);
        var (user, password) = Login(parsed, stop);
        var tls = await Tls.ReachAsync(parsed, address, typed, stop);
        if (tls is null && !findsTls && await BrokerTls.IsSpokenAsync(address, BrokerTlsOptions.HostOf(typed), stop))
        {
            // Before a password goes there in plain.
            throw new MqttNotConnectedException($"{typed} speaks TLS; next: the same with --tls, and --ca FILE where its authority is your own");
        }

        return new BrokerTarget(typed, address, user, password) { Authorities = authorities, Tls = tls };
    }

    /// <summary>Checks that something listens at an address.</summary>
    /// <exception cref="MqttNotConnectedException">Nothing does: whatever is tried would stay undecided.</exception>
    public static async Task KnockAsync(IPEndPoint address, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await socket.ConnectAsync(address, limit.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new MqttNotConnectedException($"no broker at {address} ({e.Message}); expected one that listens; next: {(IPAddress.IsLoopback(address.Address) ? $"ss -ltnp 'sport = :{address.Port}'" : $"nc -vz {address.Address} {address.Port}")}", e);
        }
    }
}
