namespace Harness.Schemes.Plain;

/// <summary>A device that hands its password to whoever it connects to, as plain MQTT does.</summary>
public interface IPlainParty
{
    /// <summary>Gets the password as CONNECT carries it.</summary>
    ValueTask<byte[]> PasswordAsync(CancellationToken cancellationToken);
}
