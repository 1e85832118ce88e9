using System.Security.Cryptography;

namespace Harness.Steps.Drivers;

/// <summary>Passwords of scenarios.</summary>
public static class RandomPasswords
{
    /// <summary>A password that nobody guesses and no log holds.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(20, lowercase: true);
}
